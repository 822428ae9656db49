internal import Dumps
internal import Files
internal import PersonaSpace
internal import Statistics

/// The columns that say which conversation a row is of.
func keyColumns<Row>(_ key: @escaping @Sendable (Row) -> ConversationKey) -> [CSVColumn<Row>] {
  [
    CSVColumn("conversation", "The conversation; regenerations of one share it.") { .text(key($0).conversation) },
    CSVColumn("domain", "Its domain, as the transcript says.", empty: "the transcript says none") {
      .text(key($0).domain)
    },
    CSVColumn("condition", "Its condition, as the transcript or --condition says.", empty: "there is none") {
      .text(key($0).condition)
    },
    CSVColumn("sample", "Which regeneration of the conversation it is.", empty: "it has none") {
      .text(key($0).sample)
    },
  ]
}

/// The five columns from `axis_projection` to `cosine`.
func readingColumns<Row>(_ reading: @escaping @Sendable (Row) -> AxisReading?) -> [CSVColumn<Row>] {
  [
    CSVColumn("axis_projection", "Projection on the unit axis.", .projection, empty: "there is no axis") {
      .number(reading($0)?.projection)
    },
    CSVColumn("axis_position", "Place along the axis.", .position, empty: "there is no axis, or SPACE is a bare axis") {
      .number(reading($0)?.position)
    },
    CSVColumn(
      "axis_distance", "How far it is from the default along the axis; positive away from the Assistant.", .projection,
      empty: "there is no axis, or SPACE is a bare axis"
    ) { .number(reading($0)?.distance) },
    CSVColumn(
      "off_axis_distance", "How far it is from the default at right angles to the axis.", .length,
      empty: "there is no axis, or SPACE is a bare axis"
    ) { .number(reading($0)?.offAxisDistance) },
    CSVColumn(
      "cosine", "Cosine between the axis and the vector less the mean role.", .cosine,
      empty: "there is no axis, SPACE is a bare axis, or the vector is the mean role"
    ) { .number(reading($0)?.cosine) },
  ]
}

/// The ends of an interval: `<name>_low` and `<name>_high`, empty where there is none.
func intervalColumns<Row>(
  _ name: String, _ unit: ColumnUnit, _ interval: @escaping @Sendable (Row) -> Interval?
) -> [CSVColumn<Row>] {
  [
    CSVColumn("\(name)_low", "Lower end of the 95 % interval of \(name).", unit, empty: noInterval) {
      .number(interval($0)?.low)
    },
    CSVColumn("\(name)_high", "Upper end of the 95 % interval of \(name).", unit, empty: noInterval) {
      .number(interval($0)?.high)
    },
  ]
}

/// Where an interval is missing; docs say how many things are too few to resample.
private let noInterval = "there is no value, too little to resample, or --bootstrap is under 40"

/// A number and the ends of its interval: `<name>`, `<name>_low`, `<name>_high`.
func estimateColumns<Row>(
  _ name: String, _ meaning: String, _ unit: ColumnUnit, empty emptiness: String = "",
  _ estimate: @escaping @Sendable (Row) -> Estimate?
) -> [CSVColumn<Row>] {
  [CSVColumn(name, meaning, unit, empty: emptiness) { .number(estimate($0)?.value) }]
    + intervalColumns(name, unit) { estimate($0)?.interval }
}

/// The columns of a trend over the levels of roles.
func trendColumns<Row>(_ trend: @escaping @Sendable (Row) -> LevelTrend) -> [CSVColumn<Row>] {
  [
    CSVColumn("levels", "The number of different levels.", .count) { .integer(trend($0).levels) },
    CSVColumn(
      "spearman", "Spearman's rank correlation with the level of the role.", .correlation, empty: "either is constant"
    ) { .number(trend($0).spearman) },
  ] + intervalColumns("spearman", .correlation) { trend($0).interval } + [
    CSVColumn(
      "spearman_p", "Two-sided probability of it when levels are permuted.", .probability,
      empty: "there is no correlation"
    ) { .number(trend($0).spearmanProbability) },
    CSVColumn(
      "jonckheere",
      "The Jonckheere–Terpstra statistic: pairs of a lower and a higher level that rise, ties counted half.", .ratio
    ) { .number(trend($0).jonckheere) },
    CSVColumn(
      "jonckheere_p", "Two-sided probability of it when levels are permuted.", .probability,
      empty: "there is no statistic"
    ) { .number(trend($0).jonckheereProbability) },
    CSVColumn("permutations", "The permutations drawn.", .count) { _ in .integer(LevelTrend.draws) },
  ]
}
