internal import ArgumentParser
internal import PersonaFiles
internal import TensorFiles

struct Drift: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure the drift of conversations along the Assistant axis.",
    discussion: "Writes conversations.csv and curves.csv, in axis position: the mean role is 0, the Assistant 1.")

  @Argument(help: ArgumentHelp("A turns.csv made by `persona project`.", valueName: "TURNS.CSV"))
  var input: String

  @OptionGroup var output: OutputOption
  @OptionGroup var threshold: ThresholdOption
  @OptionGroup var common: CommonOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Layers: all, 16, 8:24 (half-open), or several with commas.", valueName: "LAYERS"))
  var layers = LayerSelection.all

  func run() async throws {
    let folder = try output.folder(DriftRun.outputs, common, inputs: [input])
    let tracks = try DriftTracks(readingFrom: input)
    let run = try located(input) { try DriftRun(tracks, layers: layers, threshold: threshold.threshold) }
    let result = try run.run(into: folder)
    try folder.commit()
    try common.report(DriftSummary(result)) {
      DriftReport(result, layer: result.middle).text
        + "\n\nWritten to \(output.output): \(DriftRun.outputs.joined(separator: ", "))"
    }
  }
}
