internal import Dumps
internal import Files
internal import PersonaSpace
internal import Statistics

/// The columns that say which conversation a row is of.
func keyColumns<Row>(_ key: @escaping @Sendable (Row) -> ConversationKey) -> [CSVColumn<Row>] {
  [
    CSVColumn("conversation") { .text(key($0).conversation) },
    CSVColumn("domain") { .text(key($0).domain) },
    CSVColumn("condition") { .text(key($0).condition) },
    CSVColumn("sample") { .text(key($0).sample) },
  ]
}

/// The five columns from `axis_projection` to `cosine`.
func readingColumns<Row>(_ reading: @escaping @Sendable (Row) -> AxisReading?) -> [CSVColumn<Row>] {
  [
    CSVColumn("axis_projection") { .number(reading($0)?.projection) },
    CSVColumn("axis_position") { .number(reading($0)?.position) },
    CSVColumn("axis_distance") { .number(reading($0)?.distance) },
    CSVColumn("off_axis_distance") { .number(reading($0)?.offAxisDistance) },
    CSVColumn("cosine") { .number(reading($0)?.cosine) },
  ]
}

/// The ends of an interval: `<name>_low` and `<name>_high`, empty where there is none.
func intervalColumns<Row>(
  _ name: String, _ meaning: String = "", _ interval: @escaping @Sendable (Row) -> Interval?
) -> [CSVColumn<Row>] {
  [
    CSVColumn("\(name)_low", meaning) { .number(interval($0)?.low) },
    CSVColumn("\(name)_high", meaning) { .number(interval($0)?.high) },
  ]
}

/// A number and the ends of its interval: `<name>`, `<name>_low`, `<name>_high`.
func estimateColumns<Row>(
  _ name: String, _ meaning: String = "", _ estimate: @escaping @Sendable (Row) -> Estimate?
) -> [CSVColumn<Row>] {
  [CSVColumn(name, meaning) { .number(estimate($0)?.value) }]
    + intervalColumns(name, meaning) { estimate($0)?.interval }
}

/// The columns of a trend over the levels of roles.
func trendColumns<Row>(_ trend: @escaping @Sendable (Row) -> LevelTrend) -> [CSVColumn<Row>] {
  [
    CSVColumn("levels") { .integer(trend($0).levels) },
    CSVColumn("spearman") { .number(trend($0).spearman) },
  ] + intervalColumns("spearman") { trend($0).interval } + [
    CSVColumn("spearman_p") { .number(trend($0).spearmanProbability) },
    CSVColumn("jonckheere") { .number(trend($0).jonckheere) },
    CSVColumn("jonckheere_p") { .number(trend($0).jonckheereProbability) },
    CSVColumn("permutations") { _ in .integer(LevelTrend.draws) },
  ]
}
