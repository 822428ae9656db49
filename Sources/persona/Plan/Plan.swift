internal import Analyses
internal import ArgumentParser
internal import Dumps
internal import Files

struct Plan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Plan a study by a pilot: how many conversations, questions and roles it takes.",
    discussion: explained(
      """
      By the variance that the pilot shows: for --drift, so that a change or difference of that size is seen with the power wanted; \
      for --interval, so that the interval of 95 % reaches so far to either side. Both are in axis position: the mean role is 0, \
      the Assistant 1. With -o it writes plan.csv.
      """,
      examples: [
        "plan OUT/turns.csv --drift 0.3",
        "plan DUMP --interval 0.1 --layer 3",
      ]))

  @Argument(
    help: ArgumentHelp("The pilot: a turns.csv made by `persona project`, or a dump folder.", valueName: "PILOT"))
  var input: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The change from first to last turn, or the difference, that is to be seen.", valueName: "X"))
  var drift: Double?

  @Option(parsing: .unconditional, help: ArgumentHelp("The power to see it with, in 0…1.", valueName: "P"))
  var power = 0.8

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The half-width of the interval of 95 % that is wanted.", valueName: "W"))
  var interval: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The layer (default: the middle one).", valueName: "N"))
  var layer: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The layer numbers of the rows in the files, where no manifest says them.", valueName: "LAYERS"))
  var rowLayers: LayerSelection?

  @Option(
    name: .customLong("void"),
    help: ArgumentHelp("What raw elements of two bytes (|V2, int16, uint16) stand for.", valueName: "TYPE"))
  var void: VoidType?

  @Option(help: ArgumentHelp("The role that is the Assistant, by its exact name.", valueName: "NAME"))
  var `default` = "default"

  @Option(help: "What to do with NaN and infinite values: stop, or leave out the vectors they are in.")
  var nonfinite = NonFinitePolicy.error

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The folder to write plan.csv to; it is made if need be.", valueName: "OUT")
  )
  var output: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if drift == nil, interval == nil {
      throw ValidationError(
        "what is the study to show? Type --drift 0.3 for a change to be seen, --interval 0.1 for a half-width, or both")
    }
    if let drift, !drift.isFinite || drift == 0 {
      throw ValidationError("--drift: a change other than 0 is wanted, in axis position, such as 0.3")
    }
    if let interval, !(interval > 0 && interval.isFinite) {
      throw ValidationError("--interval: a half-width above 0 is wanted, such as 0.1")
    }
    if !(power > 0.05 && power < 1) {
      throw ValidationError("--power: a number between 0.05 and 1 is wanted, such as 0.8")
    }
    if rowLayers == .all { throw ValidationError("--row-layers: layer numbers are wanted") }
  }

  func run() async throws {
    var options = PlanOptions()
    options.settings = common.settings(layers: .all, nonfinite)
    (options.drift, options.power, options.interval) = (drift, power, interval)
    (options.layer, options.rowLayers, options.assistantName) = (layer, rowLayers, `default`)
    if fileKind(input) == .missing { throw FileError(path: input, fault: AccessFault.nothing(at: input)) }
    let run = PlanRun(input, options: options, log: common.log)
    guard let output else {
      let result = try await run.run()
      try common.report(PlanSummary(result)) { PlanReport(result, pilot: input, isWritten: false).text }
      return
    }
    let (result, files) = try await OutputOption.write(to: output, PlanRun.outputs, common, inputs: [input]) {
      try await run.run(into: $0)
    }
    try common.report(PlanSummary(result)) {
      PlanReport(result, pilot: input, isWritten: true).text
        + "\n\nWritten to \(output): \(files.joined(separator: ", "))"
    }
  }
}
