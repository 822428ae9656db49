internal import Analyses
internal import ArgumentParser
internal import PersonaSpace

/// What counts as resisted and as unstable, and what is read out.
struct StabilityArguments: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The least resistance at which a persona counts as resisted.", valueName: "X"))
  var resistanceCutoff = 0.5

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The least instability at which a persona counts as unstable.", valueName: "X"))
  var instabilityCutoff = 0.25

  @Option(help: ArgumentHelp("Components whose variance is divided, beside the axis and the whole.", valueName: "K"))
  var readouts = 3

  func validate() throws {
    if readouts < 0 { throw ValidationError("--readouts: a number of at least 0 is wanted") }
    if !resistanceCutoff.isFinite || !instabilityCutoff.isFinite {
      throw ValidationError("--resistance-cutoff, --instability-cutoff: finite numbers are wanted")
    }
  }

  func set(_ options: inout StabilityOptions) {
    options.components = readouts
    (options.cutoffs.resistance, options.cutoffs.instability) = (resistanceCutoff, instabilityCutoff)
  }
}
