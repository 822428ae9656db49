internal import ArgumentParser
internal import PersonaFiles
internal import PersonaSpace
internal import TensorFiles

struct Synth: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a synthetic dump with a planted axis and planted drift.",
    discussion: "Writes a dump folder, and truth.json in it, which says what was planted.")

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

  @Flag(help: "Also responses with scores, with planted resistance, instability and shares of variance.")
  var responses = false

  @Option(help: ArgumentHelp("Prompts of each role, with --responses.", valueName: "N"))
  var prompts = 5

  @Option(help: ArgumentHelp("Questions asked of each role, with --responses.", valueName: "N"))
  var questions = 20

  @Option(help: ArgumentHelp("Runs of each question, with --responses.", valueName: "N"))
  var runs = 2

  @Option(help: "The element type on disk.")
  var dtype = SynthType.float32

  @OptionGroup var common: CommonOptions

  func validate() throws {
    for (name, value, range) in [
      ("roles", roles, 8...100_000), ("layer-count", layerCount, 1...1_000), ("dimensions", dimensions, 16...100_000),
      ("conversations", conversations, 0...100_000), ("turns", turns, 1...10_000), ("prompts", prompts, 1...100),
      ("questions", questions, 1...1_000), ("runs", runs, 1...100),
    ] where !range.contains(value) {
      throw ValidationError("--\(name): a number from \(range.lowerBound) to \(range.upperBound) is wanted")
    }
  }

  func run() async throws {
    var options = SynthOptions()
    (options.roles, options.layers, options.dimensions) = (roles, layerCount, dimensions)
    (options.conversations, options.turns, options.seed) = (conversations, turns, common.seed)
    options.elementType = dtype.elementType
    if responses {
      var design = SyntheticResponses.Design()
      (design.prompts, design.questions, design.runs) = (prompts, questions, runs)
      options.responses = design
    }
    try SynthRun(to: output, options: options, replacing: common.force).run()
    try common.report(["dump": output]) {
      "\(roles) roles, \(layerCount) layers, \(dimensions) dimensions and \(conversations) conversations written to \(output)"
    }
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
