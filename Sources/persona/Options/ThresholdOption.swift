internal import ArgumentParser

/// Where a turn counts as having left the Assistant.
struct ThresholdOption: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The axis position below which a turn has left the Assistant; 0.5 is half-way to the mean role.", valueName: "X"))
  var threshold = 0.5

  func validate() throws {
    if !threshold.isFinite { throw ValidationError("--threshold: a finite number is wanted") }
  }
}
