internal import Analyses
internal import ArgumentParser
internal import Files

struct Inspect: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what tensor files and dump folders hold.",
    discussion: explained(
      """
      Formats, tensors, shapes, types, counts, values that are not finite, vectors of zeros, massive dimensions, and what reading \
      verbs would say. A file that cannot be read is named, and the rest is shown; the exit status is then 65.
      """,
      examples: [
        "inspect DUMP",
        "inspect DUMP/vectors --each --shallow",
      ]))

  @Argument(help: ArgumentHelp("Files and folders.", valueName: "PATH"))
  var paths: [String]

  @Flag(help: "Read descriptions alone, not values: quick on large dumps.")
  var shallow = false

  @Flag(help: "List every tensor of a file; otherwise more than 40 are summed up by type and shape.")
  var each = false

  @Option(
    name: .customLong("void"),
    help: ArgumentHelp("What raw elements of two bytes (|V2, int16, uint16) stand for.", valueName: "TYPE"))
  var void: VoidType?

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let run = InspectRun(readingValues: !shallow, listingAll: each, void: void?.elementType, log: common.log)
    let all = paths.map(run.run)
    let (inspections, errors) = (all.flatMap(\.found), all.flatMap(\.errors))
    // What cannot be read is said after what can.
    if !inspections.isEmpty {
      try common.report(inspections) {
        inspections.map { InspectReport($0, isStyled: Console.isStyled).text }.joined(separator: "\n\n")
      }
    }
    for error in errors { Console.complain("persona: error: \(error)") }
    if let first = errors.first { throw ExitCode(ExitStatus(first.fault.category).rawValue) }
  }
}
