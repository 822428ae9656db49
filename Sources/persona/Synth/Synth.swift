internal import Analyses
internal import ArgumentParser
internal import PersonaSpace
internal import TensorFiles

struct Synth: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a synthetic dump with a planted axis and planted drift.",
    discussion: explained(
      "Writes a dump folder, and truth.json in it, which says what was planted.",
      examples: [
        "synth -o PLANTED",
        "synth -o ANSWERS --responses --roles 24 --conversations 0",
      ]))

  @Option(name: .shortAndLong, help: ArgumentHelp("The dump folder to make.", valueName: "DUMP"))
  var output: String

  @Option(help: ArgumentHelp("Roles, at least 8.", valueName: "N"))
  var roles = 48

  @Option(name: .customLong("layer-count"), help: ArgumentHelp("Layers.", valueName: "N"))
  var layerCount = 4

  @Option(help: ArgumentHelp("Dimensions, at least 16.", valueName: "N"))
  var dimensions = 256

  @Option(
    help: ArgumentHelp("Conversations, over four domains of which two drift; every third has tokens.", valueName: "N"))
  var conversations = 12

  @Option(help: ArgumentHelp("Assistant turns of each conversation.", valueName: "N"))
  var turns = 8

  @Option(help: ArgumentHelp("Regenerations of each conversation under each condition.", valueName: "N"))
  var samples = 1

  @Option(
    help: ArgumentHelp(
      "Conditions of each conversation, the later ones farther from the Assistant and more restless (default: none).",
      valueName: "NAME[,NAME…]"))
  var conditions: NameList?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Tether every domain with this stiffness, resting point and wander (default: each with its own, in truth.json).",
      valueName: "K,THETA,SIGMA"))
  var tether: PlantedTether?

  @Flag(help: "Also responses with scores, with planted resistance, instability and shares of variance.")
  var responses = false

  @Option(help: ArgumentHelp("Prompts of each role, with --responses (default: 5).", valueName: "N"))
  var prompts: Int?

  @Option(help: ArgumentHelp("Questions asked of each role, with --responses (default: 20).", valueName: "N"))
  var questions: Int?

  @Option(help: ArgumentHelp("Runs of each question, with --responses (default: 2).", valueName: "N"))
  var runs: Int?

  @Option(help: "The element type on disk.")
  var dtype = SynthType.float32

  @OptionGroup var common: CommonOptions

  func validate() throws {
    for (name, value, range) in [
      ("roles", roles, 8...100_000), ("layer-count", layerCount, 1...1_000), ("dimensions", dimensions, 16...100_000),
      ("conversations", conversations, 0...100_000), ("turns", turns, 1...10_000), ("samples", samples, 1...1_000),
      ("prompts", prompts ?? 1, 1...100), ("questions", questions ?? 1, 1...1_000), ("runs", runs ?? 1, 1...100),
    ] where !range.contains(value) {
      throw ValidationError("--\(name): a number from \(range.lowerBound) to \(range.upperBound) is wanted")
    }
    if !responses, prompts != nil || questions != nil || runs != nil {
      throw ValidationError("--prompts, --questions and --runs are of responses; give --responses with them")
    }
    if let conditions, !conditions.areFileNames {
      throw ValidationError("--conditions: different names of letters, digits, - and _ are wanted, with commas between")
    }
  }

  func run() async throws {
    var options = SynthOptions()
    (options.roles, options.layers, options.dimensions) = (roles, layerCount, dimensions)
    (options.conversations, options.turns, options.seed) = (conversations, turns, common.seed)
    options.elementType = dtype.elementType
    (options.samples, options.conditions) = (samples, conditions?.names ?? [])
    if let tether {
      options.tethers = options.tethers.map {
        .init(
          domain: $0.domain, stiffness: tether.stiffness, restingPoint: tether.restingPoint,
          residualNoise: tether.wander)
      }
    }
    if responses {
      var design = SyntheticResponses.Design()
      (design.prompts, design.questions, design.runs) = (prompts ?? 5, questions ?? 20, runs ?? 2)
      options.responses = design
    }
    try SynthRun(to: output, options: options, replacing: common.force).run()
    let talks = conversations * samples * max(1, options.conditions.count)
    try common.report(["dump": output]) {
      "\(roles) roles, \(layerCount) layers, \(dimensions) dimensions and \(talks) conversations written to \(output)"
    }
  }
}

extension NameList {
  /// Whether they can be parts of file names, each once.
  fileprivate var areFileNames: Bool {
    !names.isEmpty && Set(names).count == names.count
      && names.allSatisfy { $0.allSatisfy { $0.isLetter || $0.isNumber || "-_".contains($0) } }
  }
}

/// Three numbers with commas between.
struct PlantedTether: ExpressibleByArgument {
  let stiffness, restingPoint, wander: Double

  init?(argument: String) {
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
    guard numbers.count == 3, numbers.allSatisfy({ abs($0) <= 1e6 }), numbers[2] >= 0 else { return nil }
    (stiffness, restingPoint, wander) = (numbers[0], numbers[1], numbers[2])
  }
}

enum SynthType: String, ExpressibleByArgument, CaseIterable {
  case float32, float64, float16, bfloat16

  var elementType: ElementType {
    switch self {
    case .float32: .float32
    case .float64: .float64
    case .float16: .float16
    case .bfloat16: .bfloat16
    }
  }
}
