internal import Analyses
internal import ArgumentParser
internal import Dumps
internal import Files

struct Project: AsyncParsableCommand, ActivationReader {
  static let configuration = CommandConfiguration(
    abstract: "Project conversation turns onto the Assistant axis of each layer.",
    discussion: explained(
      """
      Writes turns.csv. A turn given as tokens is averaged over them. Users' turns are read where a file of turns has them \
      (user_turns, or user_tokens and user_turn_offsets), or the dump has their means in embeddings/.
      """,
      examples: [
        "project OUT DUMP -o OUT",
        "project OUT DUMP -o MIDDLE --layers 3 --condition plain",
      ]))

  @Argument(
    help: ArgumentHelp(
      "A space.safetensors made by `persona fit`, or its folder; or a bare axis, for projections alone.",
      valueName: "SPACE"))
  var space: String

  @OptionGroup var turns: TurnArguments
  @OptionGroup var output: OutputOption
  @OptionGroup var layer: LayerOptions
  @OptionGroup var common: CommonOptions

  func run() async throws {
    try turns.check(space: space, verb: "project")
    let (result, _) = try await output.write(ProjectRun.outputs, common, inputs: [spaceFile(space)] + turns.turns) {
      let run = ProjectRun(
        try turns.space(at: space, common), turns.turns, options: turns.options(layer, common), log: common.log)
      return try await run.run(into: $0)
    }
    try common.report(ProjectSummary(result)) {
      """
      \(counted(result.turns, "turn")) of \(counted(result.conversations, "conversation"))\
      \(result.userTurns == 0 ? "" : " and \(counted(result.userTurns, "turn")) of their users"), \
      \(layerList(result.layers)), written to \
      \(output.output)/turns.csv
      """
    }
  }
}
