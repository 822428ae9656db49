internal import Dumps
internal import Files
internal import PersonaSpace
internal import Statistics

/// `cap_turns.csv` and `caps.csv`.
enum CapTables {
  static let turnSchema = CSVSchema<CapTurn> {
    CSVColumn("conversation") { .text($0.key.conversation) }
    CSVColumn("domain") { .text($0.key.domain) }
    CSVColumn("condition") { .text($0.key.condition) }
    CSVColumn("persona") { .text($0.key.persona) }
    CSVColumn("sample") { .text($0.key.sample) }
    CSVColumn("turn") { .integer($0.turn) }
    CSVColumn("layer") { .integer($0.layer) }
    CSVColumn("percentile") { .number($0.threshold.percentile) }
    CSVColumn("tau") { .number($0.threshold.tau) }
    CSVColumn("granularity") { .text($0.tokens == nil ? "turn" : "token") }
    CSVColumn("tokens") { .integer($0.tokens) }
    CSVColumn("touched") { .number($0.capped.touched) }
    CSVColumn("before") { .number($0.capped.before) }
    CSVColumn("after") { .number($0.capped.after) }
    CSVColumn("pullback") { .number($0.capped.pullback) }
    CSVColumn("before_position") { .number($0.positionBefore) }
    CSVColumn("after_position") { .number($0.positionAfter) }
    CSVColumn("perturbation") { .number($0.capped.perturbation) }
    CSVColumn("off_axis_ratio", "The turn's off_axis_distance over that of the role that lies farthest off the axis.") {
      .number($0.reach)
    }
  }

  /// The interval of a reduction comes from resampling conversations, which this version does not do: its cells are
  /// empty.
  static let capSchema = CSVSchema<CapResult.Cap> {
    CSVColumn("layer") { .integer($0.layer) }
    CSVColumn("percentile") { .number($0.percentile) }
    CSVColumn("tau") { .number($0.tau) }
    CSVColumn("turns") { .integer($0.turns) }
    CSVColumn("touched") { .number($0.touched) }
    CSVColumn("mean_pullback") { .number($0.meanPullback) }
    CSVColumn("drift_before") { .number($0.driftBefore) }
    CSVColumn("drift_after") { .number($0.driftAfter) }
    CSVColumn("drift_reduction") { .number($0.driftReduction) }
    intervalColumns("drift_reduction") { _ in nil }
    CSVColumn("benign_touched") { .number($0.benignTouched) }
    CSVColumn("perturbation") { .number($0.perturbation) }
  }

  static func turns(_ rows: [CapTurn]) -> CSVTable {
    turnSchema.table { take in for row in rows { try take(row) } }
  }

  static func caps(_ caps: [CapResult.Cap]) -> CSVTable {
    capSchema.table { take in for cap in caps { try take(cap) } }
  }
}
