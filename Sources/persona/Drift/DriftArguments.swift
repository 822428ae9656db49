internal import Analyses
internal import ArgumentParser

/// How to measure drift.
struct DriftArguments: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The axis position below which a turn has left the Assistant; 0.5 is half-way to the mean role.", valueName: "X"))
  var threshold = 0.5

  @Option(
    help: ArgumentHelp(
      "Compare the drift under two conditions: how much less there is under B than under A.", valueName: "A,B"))
  var compare: ConditionPair?

  func validate() throws {
    if !threshold.isFinite { throw ValidationError("--threshold: a finite number is wanted") }
  }

  func options(_ common: CommonOptions) -> DriftOptions {
    var options = DriftOptions()
    (options.threshold, options.comparison) = (threshold, compare?.names)
    options.settings = common.settings()
    return options
  }
}

/// Two names with a comma between.
struct ConditionPair: ExpressibleByArgument {
  let names: [String]

  init?(argument: String) {
    names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    if names.count != 2 || names.contains("") || names[0] == names[1] { return nil }
  }
}
