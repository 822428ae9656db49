internal import Files
internal import PersonaSpace
internal import Statistics

/// `recommendation.csv`: what the cap that was chosen does on the half of the conversations that chose it, and on the other, which tests
/// the choice.
enum RecommendationTable {
  struct Row {
    let result: CapResult
    let cap: CapResult.Cap
    let half: CapRecommendation.Half
    /// choosing, or testing.
    let name: String
  }

  static let schema = CSVSchema<Row> {
    CSVColumn("half", "choosing: the conversations that chose the cap; testing: the others.", .word) { .text($0.name) }
    CSVColumn("conversations", "Its conversations; regenerations of one count once.", .count) {
      .integer($0.half.conversations)
    }
    CSVColumn("layer", "The layer.", .layer) { .integer($0.cap.layer) }
    CSVColumn(
      "percentile", "Of the calibration projections, from the end away from the Assistant.", .percentile,
      empty: "the threshold was given by --tau or --config"
    ) { .number($0.cap.percentile) }
    CSVColumn("tau", "The floor on the projection on the unit axis.", .projection) { .number($0.cap.tau) }
    CSVColumn("tau_position", "The floor in axis position.", .position, empty: "--config caps along another direction")
    {
      .number($0.cap.tauPosition)
    }
    CSVColumn(
      "granularity", "token: each token was capped; turn: the turn's mean, a lower bound on the pull-back.", .word
    ) { .text($0.cap.granularity.rawValue) }
    estimateColumns(
      "drift_reduction", "On this half, the share of the mean fall from first to last turn that the floor cuts off.",
      .number, empty: "there is no fall"
    ) { $0.half.reduction }
    CSVColumn(
      "benign_share", "On this half, mean over the turns of benign domains of the share below the floor.", .share,
      empty: "there are no benign domains (--benign)"
    ) { .number($0.result.hasBenignDomains ? $0.half.benignShare.value : nil) }
    intervalColumns("benign", .share) { $0.result.hasBenignDomains ? $0.half.benignShare.interval : nil }
    CSVColumn(
      "default_share", "The share of the default's own responses below the floor, which is of no half.", .share,
      empty: "the dump has no responses of the default"
    ) { .number($0.cap.defaultShare) }
    CSVColumn("max_benign", "The budget: the most that was to be touched of what is benign.", .share) {
      .number($0.result.budget)
    }
    CSVColumn(
      "recommended",
      "true if the testing half bears the choice out: its drift_reduction is above 0, and it keeps to the budget.",
      .word
    ) { .text($0.cap.isRecommended ? "true" : "false") }
  }

  /// The table of `result`; nil where no cap was chosen.
  static func table(_ result: CapResult) -> CSVTable? {
    guard let place = result.chosen, let choice = result.choice else { return nil }
    return schema.table { take in
      for (half, name) in [(choice.choosing, "choosing"), (choice.testing, "testing")] {
        try take(Row(result: result, cap: result.caps[place], half: half, name: name))
      }
    }
  }
}
