internal import Files
internal import PersonaSpace
internal import Statistics

/// `ranges.csv`.
enum CapRangeTable {
  static let schema = CSVSchema<CapResult.RangeCap> {
    CSVColumn("first_layer", "The first layer of the range.", .layer) { .integer($0.layers[0]) }
    CSVColumn("last_layer", "The last layer of the range.", .layer) { .integer($0.layers[$0.layers.count - 1]) }
    CSVColumn("layers", "The number of layers that are capped together.", .count) { .integer($0.layers.count) }
    CSVColumn(
      "percentile", "That of the floors of all layers of the range, from the end away from the Assistant.", .percentile,
      empty: "the threshold was given by --tau or --config"
    ) { .number($0.percentile) }
    CSVColumn(
      "tau", "The floor, where all layers have one as it was given; caps.csv has that of each layer.", .projection,
      empty: "each layer has its own"
    ) { .number($0.tau) }
    CSVColumn(
      "granularity", "token: each token was capped; turn: the turn's mean, a lower bound on the pull-back.", .word
    ) { .text($0.granularity.rawValue) }
    CSVColumn("turns", "The turns that every layer of the range has.", .count) { .integer($0.effect.turns) }
    CSVColumn(
      "capped_share",
      "Mean over turns of the share of tokens that lie below the floor of one of the layers or another.", .share
    ) { .number($0.effect.touchedShare) }
    estimateColumns(
      "drift_reduction", "Mean over the layers of drift_reduction in caps.csv: each floor simulated alone.", .number,
      empty: "there is no fall at a layer"
    ) { $0.effect.reduction }
    CSVColumn(
      "least_reduction", "The least of these drift_reductions of the layers.", .number,
      empty: "there is no fall at a layer"
    ) { .number($0.effect.leastReduction) }
    estimateColumns(
      "last_reduction",
      "The share of the fall at the last layer that is taken if nothing arrives there of what the floors before it move.",
      .number, empty: "there is no fall"
    ) { $0.lastReduction }
    estimateColumns(
      "arriving_reduction",
      "The same if all that the floors move arrives at the next layer, in axis lengths, and each floor adds what is still lacking.",
      .number, empty: "there is no fall, SPACE is a bare axis, or --config caps along another direction"
    ) { $0.effect.arrivingReduction }
    CSVColumn(
      "benign_share", "Mean over the turns of benign domains of capped_share.", .share,
      empty: "there are no benign domains (--benign)"
    ) { .number($0.effect.benignShare.value) }
    intervalColumns("benign", .share) { $0.effect.benignShare.interval }
    CSVColumn(
      "default_share", "The share of the default's own responses below the floor of one of the layers or another.",
      .share, empty: "the dump has no responses of the default, or not the same ones at each layer"
    ) { .number($0.defaultShare) }
    CSVColumn("perturbation", "Sum over the layers of perturbation in caps.csv.", .ratio) { .number($0.perturbation) }
    CSVColumn("recommended", "true of the range that is recommended under --max-benign, else false.", .word) {
      .text($0.isRecommended ? "true" : "false")
    }
  }

  static func table(_ ranges: [CapResult.RangeCap]) -> CSVTable {
    schema.table { take in for range in ranges { try take(range) } }
  }
}
