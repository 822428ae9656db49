internal import Analyses
internal import ArgumentParser
internal import Files

struct Report: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make one page with figures of the tables of an analysis.",
    discussion: explained(
      """
      Writes report.html into the folder, a page that opens from a file and needs no network, and each figure as an SVG in \
      figures/. Of what the folder has no tables the page names the command that makes them. What was said in conversations \
      is shown where the dump is still where the analysis found it.
      """,
      examples: [
        "report OUT --force",
        "report OUT -o PAGE",
      ]))

  @Argument(help: ArgumentHelp("A folder that persona analyze or other verbs wrote to.", valueName: "OUT"))
  var folder: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Another folder to write to (default: OUT itself).", valueName: "DIR"))
  var output: String?

  @OptionGroup var common: CommonOptions

  /// What `--json` prints.
  struct Summary: Encodable {
    let output: String
    let layer: Int
    let bytes: Int
    let figures, missing, files: [String]
  }

  func run() async throws {
    let run = try ReportRun(folder)
    let place = output ?? folder
    // The folder itself is read and written to: what is read in it is no file that is written.
    let (result, files) = try await OutputOption.write(to: place, ReportRun.outputs, common, inputs: []) {
      try run.run(into: $0)
    }
    let summary = Summary(
      output: place, layer: result.layer, bytes: result.bytes, figures: result.figures, missing: result.missing,
      files: files)
    try common.report(summary) {
      let lacking = result.missing.map { "  " + $0 }
      let rest = lacking.isEmpty ? "" : "Not in it, and what makes it:\n\(lacking.joined(separator: "\n"))\n"
      return "\(counted(result.figures.count, "figure")), at layer \(result.layer) at first\n\(rest)"
        + "Written to \(place): \(ReportRun.page) and figures/"
    }
  }
}
