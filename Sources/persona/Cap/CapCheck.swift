internal import Analyses
internal import ArgumentParser
internal import Dumps
internal import Files
internal import Statistics

/// `persona cap check`, which is typed as two words.
struct CapCheck: AsyncParsableCommand, ActivationReader {
  static let configuration = CommandConfiguration(
    commandName: "cap-check",
    abstract: "Does a capping configuration pull toward the Assistant, or away? Typed: persona cap check.",
    usage: "persona cap check [<options>] <CONFIG> <SPACE> <TURNS> ...",
    discussion: explained(
      """
      Of each intervention of an experiment: the cosine of its vector with the axis of SPACE, the share of tokens that it \
      touches, and which way it moves them. Published configurations hold the negated axis with a ceiling, so that the cosine \
      is about -1. Exit status 1 if it pushes away from the Assistant or across the axis at a layer, or does nothing at all.
      """,
      examples: [
        "cap check capping_config.pt OUT DUMP",
        "cap check cap.json OUT DUMP --json",
      ]),
    shouldDisplay: false)

  /// `arguments` with the two words put together: the parser would take `check` for the SPACE of `cap`.
  static func typed(_ arguments: [String]) -> [String] {
    arguments.starts(with: ["cap", "check"]) ? ["cap-check"] + arguments.dropFirst(2) : arguments
  }

  @Argument(help: ArgumentHelp("A capping_config.pt, or a cap.json of `persona export`.", valueName: "CONFIG"))
  var config: String

  @Argument(help: ArgumentHelp("A space.safetensors made by `persona fit`, or its folder.", valueName: "SPACE"))
  var space: String

  @OptionGroup var turns: TurnArguments
  @OptionGroup var layer: LayerOptions
  @OptionGroup var common: CommonOptions

  @Option(help: ArgumentHelp("The experiment, where the file has several.", valueName: "ID"))
  var experiment: String?

  func run() async throws {
    let configuration = try CappingConfiguration(readingFrom: config, experiment: experiment)
    let result = try await CapCheckRun(
      configuration, at: config, try turns.space(at: space, common), turns.turns, options: turns.options(layer, common),
      log: common.log
    ).run()
    try InputStates.current?.checkUnchanged()
    try common.report(result) { Self.text(result) }
    if !result.isSound { throw ExitCode(ExitStatus.checkFailed.rawValue) }
  }

  private static func text(_ result: CapCheckResult) -> String {
    var table = TextTable([
      "layer", "vector", "length", "cap", "cos(vector, axis)", "turns", "capped", "moved", "which is",
    ])
    for layer in result.layers {
      table.append([
        "\(layer.layer)", shown(layer.vector, width: 24), fixed(layer.length, 3), fixed(layer.cap, 3),
        fixed(layer.cosine, 3),
        "\(layer.turns)", percent(layer.cappedShare), fixed(layer.movement, 3), words(layer.direction),
      ])
    }
    let away = result.layers.filter { $0.direction == .away }.count
    let across = result.layers.filter { $0.direction == .across }.count
    let verdict =
      result.isSound
      ? "it pulls toward the Assistant"
      : away > 0
        ? "IT PUSHES AWAY FROM THE ASSISTANT at \(away) of \(counted(result.layers.count, "layer")): a ceiling takes the negated axis, a floor the axis"
        : across > 0
          ? "IT MOVES ACROSS THE AXIS at \(across) of \(counted(result.layers.count, "layer")): its vectors are not of this axis"
          : "IT DOES NOTHING to these turns: no token lies beyond its caps"
    let note =
      "(cap: a \(result.layers.allSatisfy(\.isFloor) ? "floor" : "ceiling") on the projection on the vector at unit length; moved: the mean along the axis, in axis lengths, positive toward the Assistant"
      + (result.hasMeans ? "; turns known by their means alone are touched as a whole or not)" : ")")
    let most = result.layers.map(\.cappedShare).max() ?? 0
    let caution =
      most > 0.5
      ? "\n" + wrapped("(it touches up to \(percent(most)) of the tokens: more than a cap on drift should)", indent: 2)
      : ""
    return "\(shown(result.experiment)): \(verdict)\n\(table.text())\n\(wrapped(note, indent: 2))\(caution)"
  }

  private static func words(_ direction: CapCheckResult.Direction) -> String {
    switch direction {
    case .toward: "toward the Assistant"
    case .away: "AWAY FROM IT"
    case .across: "across the axis"
    case .idle: "nothing"
    }
  }
}
