internal import Analyses
internal import ArgumentParser
internal import Dumps
internal import Files
internal import Statistics

struct Compare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare persona spaces over the roles they have in common: models, sizes, checkpoints.",
    discussion: explained(
      """
      Writes comparison.csv and movers.csv. Of two spaces B is compared with A; of more, each with the one before it, and \
      with the first. The spaces are fitted again to the roles that both have. Directions (cos_axis, principal_cosine, \
      procrustes, shifts) are compared where the hidden sizes are the same: they mean something where dimension j is the \
      same thing in both, as in checkpoints of one model.
      """,
      examples: [
        "compare BASE TUNED -o DIFF",
        "compare BASE TUNED -o MIDDLE --layers 3",
      ]))

  @Argument(
    help: ArgumentHelp(
      "Two or more spaces: space.safetensors files made by `persona fit`, or the folders they are in.",
      valueName: "SPACE"))
  var spaces: [String]

  @OptionGroup var output: OutputOption
  @OptionGroup var common: CommonOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Layers of the first space: all, 16, 8:24 (half-open), or several with commas.", valueName: "LAYERS"))
  var layers = LayerSelection.all

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Which layers of the other spaces they go with: auto (the same numbers in one model or models of one depth, else by relative depth), \
      same, relative, or pairs such as 16=12,20=15.
      """, valueName: "MAP"))
  var layerMap = LayerMap.automatic

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The layer of the first space whose roles are listed in movers.csv and which is shown (default: the middle one).",
      valueName: "LAYER"))
  var layer: Int?

  @Option(help: ArgumentHelp("What to call the spaces in tables, with commas between.", valueName: "NAME,…"))
  var names: String?

  @Option(help: "What to do with NaN and infinite values: stop, or leave out the roles they are in.")
  var nonfinite = NonFinitePolicy.error

  private var nameList: [String]? { names?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }

  func validate() throws {
    if spaces.count < 2 { throw ValidationError("two or more spaces are wanted, as in: persona compare A B -o OUT") }
    if let nameList, nameList.count != spaces.count || Set(nameList).count != spaces.count || nameList.contains("") {
      throw ValidationError("--names: \(spaces.count) different names are wanted, one for each space")
    }
    if case .listed(let groups) = layerMap, let group = groups.first(where: { ![2, spaces.count].contains($0.count) }) {
      throw ValidationError(
        CompareFault.layerMap(numbers: group.count, spaces: spaces.count).explanation)
    }
  }

  func run() async throws {
    MemoryLimit.keepFreed()
    var options = CompareOptions()
    options.settings = common.settings(layers: layers, nonfinite)
    (options.layerMap, options.layer, options.names) = (layerMap, layer, nameList)
    let run = CompareRun(spaces, options: options, log: common.log)
    let (result, files) = try await output.write(
      CompareRun.outputs, common, inputs: spaces, { try await run.run(into: $0) })
    try common.report(CompareSummary(result)) { CompareReport(result).text + "\n\n" + output.written(files) }
  }
}
