internal import Analyses
internal import ArgumentParser
internal import PersonaSpace

/// What counts as resisted and as unstable, and what is read out.
struct StabilityArguments: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The least share of answers given as the default that counts as resistant.", valueName: "X"))
  var resistanceCutoff = 0.5

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The least instability, in axis lengths, that counts as unstable.", valueName: "X"))
  var instabilityCutoff = 0.35

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The least instability, in the default's own, that counts as unstable.", valueName: "X"))
  var instabilityRatioCutoff = 3.0

  @Option(help: ArgumentHelp("Components whose variance is divided, beside the axis and the whole.", valueName: "K"))
  var readouts = 3

  func validate() throws {
    if readouts < 0 { throw ValidationError("--readouts: a number of at least 0 is wanted") }
    if ![resistanceCutoff, instabilityCutoff, instabilityRatioCutoff].allSatisfy(\.isFinite) {
      throw ValidationError("--resistance-cutoff, --instability-cutoff, --instability-ratio-cutoff: finite numbers")
    }
  }

  func set(_ options: inout StabilityOptions) {
    options.components = readouts
    (options.cutoffs.resistance, options.cutoffs.instability) = (resistanceCutoff, instabilityCutoff)
    options.cutoffs.ratio = instabilityRatioCutoff
  }
}
