internal import Analyses
internal import ArgumentParser

struct Inspect: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what tensor files and dump folders hold.",
    discussion:
      "Formats, tensors, shapes, types, counts, values that are not finite, vectors of zeros, massive dimensions.")

  @Argument(help: ArgumentHelp("Files and folders.", valueName: "PATH"))
  var paths: [String]

  @Flag(help: "Read descriptions alone, not values: quick on large dumps.")
  var shallow = false

  @Flag(help: "List every tensor of a file; otherwise more than 40 are summed up by type and shape.")
  var each = false

  @Option(
    name: .customLong("void"),
    help: ArgumentHelp("What the raw two-byte type |V2 of NumPy files stands for.", valueName: "TYPE"))
  var void: VoidType?

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let run = InspectRun(readingValues: !shallow, listingAll: each, void: void?.elementType, log: common.log)
    let inspections = try paths.flatMap(run.run)
    try common.report(inspections) {
      inspections.map { InspectReport($0, isStyled: Console.isStyled).text }.joined(separator: "\n\n")
    }
  }
}
