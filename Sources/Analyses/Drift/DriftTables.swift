internal import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics

/// `conversations.csv`, `curves.csv`, `superposition.csv` and `conditions.csv`.
enum DriftTables {
  static let conversationSchema = CSVSchema<DriftResult.Conversation> {
    keyColumns { $0.key }
    CSVColumn("layer", "The layer.", .layer) { .integer($0.layer) }
    CSVColumn("turns", "The turns measured.", .count) { .integer($0.drift.turns) }
    CSVColumn("start", "Position of the first turn.", .position, empty: "turn 0 was not measured") {
      .number($0.drift.start)
    }
    CSVColumn("end", "Position of the last turn.", .position, empty: "the last turn was not measured") {
      .number($0.drift.end)
    }
    CSVColumn(
      "change", "end − start; below 0 is away from the Assistant.", .positionChange,
      empty: "start or end was not measured"
    ) { .number($0.drift.change) }
    CSVColumn("mean", "Mean position of its turns.", .position) { .number($0.drift.mean) }
    CSVColumn("minimum", "The lowest position: farthest from the Assistant.", .position) { .number($0.drift.minimum) }
    CSVColumn("slope", "Least-squares slope: axis position a turn.", .number, empty: "there is one turn") {
      .number($0.drift.slope)
    }
    CSVColumn("max_drawdown", "The largest fall below an earlier position.", .positionSpread) {
      .number($0.drift.maximumDrawdown)
    }
    CSVColumn("below_threshold", "The share of turns strictly below the threshold (--threshold).", .share) {
      .number($0.drift.belowThreshold)
    }
    CSVColumn(
      "displacement", "Mean position of the later turns less that of the first.", .positionChange,
      empty: "turn 0 was not measured, or there is one turn"
    ) { .number($0.drift.displacement) }
    CSVColumn(
      "absolute_displacement", "Mean of the absolute differences from the first turn.", .positionSpread,
      empty: "turn 0 was not measured, or there is one turn"
    ) { .number($0.drift.absoluteDisplacement) }
    CSVColumn("steps", "Changes from a turn to the very next.", .count) { .integer($0.drift.steps) }
    CSVColumn("mean_step", "Mean change from a turn to the very next.", .positionChange, empty: "there is no step") {
      .number($0.drift.meanStep)
    }
    CSVColumn(
      "absolute_step", "Mean absolute change from a turn to the very next.", .positionSpread, empty: "there is no step"
    ) { .number($0.drift.meanAbsoluteStep) }
    CSVColumn("first_crossing", "The first turn below the threshold.", .index, empty: "no turn is") {
      .integer($0.drift.firstCrossing)
    }
    CSVColumn(
      "change_point", "The first turn after the one cut into two means that leaves the least squares.", .index,
      empty: "there are fewer than 3 turns, or all are at one position"
    ) { .integer($0.changePoint?.turn) }
    CSVColumn(
      "change_point_shift", "Mean position from there on less the mean before.", .positionChange,
      empty: "there is no change point"
    ) { .number($0.changePoint?.shift) }
    CSVColumn(
      "change_point_share", "The share of the sum of squares that the two means take away.", .share,
      empty: "there is no change point"
    ) { .number($0.changePoint?.share) }
    CSVColumn(
      "change_point_p", "How often turns in random order give as large a share; a steady slope makes it small as well.",
      .probability, empty: "there are fewer than 8 turns, or --bootstrap is 0"
    ) { .number($0.changePoint?.probability) }
    CSVColumn("persona", "The persona that the model was asked to be.", empty: "it was asked for none") {
      .text($0.persona)
    }
    CSVColumn(
      "baseline", "Mean position of the default's own answer to the opening message, without history.", .position,
      empty: "the dump has no baseline/ for it"
    ) {
      .number($0.relative?.baseline)
    }
    CSVColumn(
      "relative_start", "1 + start − baseline: 1 is where the default itself would lie.", .position,
      empty: "there is no baseline or no start"
    ) {
      .number($0.relative?.start)
    }
    CSVColumn("relative_end", "1 + end − baseline.", .position, empty: "there is no baseline or no end") {
      .number($0.relative?.end)
    }
    CSVColumn("relative_mean", "1 + mean − baseline.", .position, empty: "there is no baseline") {
      .number($0.relative?.mean)
    }
    CSVColumn(
      "relative_below_threshold", "The share of turns below the threshold, relative to the baseline.", .share,
      empty: "there is no baseline"
    ) {
      .number($0.relative?.belowThreshold)
    }
  }

  static func conversations(_ drifts: [DriftResult.Conversation]) -> CSVTable {
    conversationSchema.table { take in for row in drifts { try take(row) } }
  }

  struct CurveRow {
    let group: DriftResult.Group
    let point: DriftCurvePoint
  }

  static let curveSchema = CSVSchema<CurveRow> {
    CSVColumn("domain", "The domain; (all) for all domains together.", empty: "the transcripts say none") {
      .text($0.group.domainName)
    }
    CSVColumn("condition", "The condition.", empty: "there is none") { .text($0.group.condition) }
    CSVColumn("layer", "The layer.", .layer) { .integer($0.group.layer) }
    CSVColumn("turn", "The turn, of its speaker.", .index) { .integer($0.point.turn) }
    CSVColumn("conversations", "The conversations that reach the turn.", .count) { .integer($0.point.conversations) }
    CSVColumn("mean", "Mean position at the turn.", .position) { .number($0.point.mean.value) }
    CSVColumn(
      "low", "Lower end of the 95 % interval of the mean, over conversations.", .position,
      empty: "there are fewer than 5 conversations, or --bootstrap is under 40"
    ) { .number($0.point.mean.interval?.low) }
    CSVColumn("high", "Upper end of the 95 % interval of the mean.", .position, empty: "there is no lower end") {
      .number($0.point.mean.interval?.high)
    }
    CSVColumn(
      "sd", "Standard deviation of the conversations' positions.", .positionSpread, empty: "there is one conversation"
    ) { .number($0.point.standardDeviation) }
    estimateColumns("change", "Mean change since the first turn.", .positionChange, empty: "it is the first turn") {
      $0.point.change
    }
    estimateColumns("step", "Mean change since the turn before.", .positionChange, empty: "it is the first turn") {
      $0.point.step
    }
    CSVColumn("persona", "The persona that the model was asked to be.", empty: "it was asked for none") {
      .text($0.group.persona)
    }
  }

  static func curves(_ groups: [DriftResult.Group]) -> CSVTable {
    curveSchema.table { take in
      for group in groups { for point in group.curve { try take(CurveRow(group: group, point: point)) } }
    }
  }

  struct SuperpositionRow {
    let group: DriftResult.Group
    let superposition: Superposition
    let point: Superposition.Point
  }

  /// The trend is of the whole group, and stands on each of its rows.
  static let superpositionSchema = CSVSchema<SuperpositionRow> {
    groupColumns { $0.group }
    CSVColumn("turn", "The turn, of its speaker.", .index) { .integer($0.point.turn) }
    CSVColumn("conversations", "Conversations with at least two regenerations that reach the turn.", .count) {
      .integer($0.point.conversations)
    }
    CSVColumn("samples", "Their regenerations.", .count) { .integer($0.point.samples) }
    estimateColumns(
      "spread", "Pooled standard deviation of regenerations about their conversation's mean.", .positionSpread
    ) { $0.point.spread }
    estimateColumns(
      "trend",
      "Slope of the spread over the turns, of the whole group: axis position a turn; below 0 where regenerations come together.",
      .number, empty: "there is one turn"
    ) { $0.superposition.trend }
  }

  static func superposition(_ groups: [DriftResult.Group]) -> CSVTable {
    superpositionSchema.table { take in
      for group in groups {
        guard let superposition = group.superposition else { continue }
        for point in superposition.points {
          try take(SuperpositionRow(group: group, superposition: superposition, point: point))
        }
      }
    }
  }

  struct ContrastRow {
    let comparison: [String]
    let row: DriftResult.Contrast
    var contrast: ConditionContrast { row.contrast }
  }

  static let contrastSchema = CSVSchema<ContrastRow> {
    CSVColumn("a", "The first condition of --compare.") { .text($0.comparison[0]) }
    CSVColumn("b", "The second condition.") { .text($0.comparison[1]) }
    CSVColumn("domain", "The domain; (all) for all domains together.", empty: "the transcripts say none") {
      .text($0.row.domain ?? DriftResult.Group.everyDomain)
    }
    CSVColumn("layer", "The layer.", .layer) { .integer($0.row.layer) }
    CSVColumn(
      "measure", "What is compared: fall (start − end), mean_fall, absolute_step, max_drawdown, below_threshold.", .word
    ) { .text($0.contrast.measure.rawValue) }
    CSVColumn("conversations_a", "Conversations that have it under a.", .count) { .integer($0.contrast.firstCount) }
    CSVColumn("conversations_b", "Conversations that have it under b.", .count) { .integer($0.contrast.secondCount) }
    CSVColumn("paired", "Conversations under both conditions, regenerations counted as one.", .count) {
      .integer($0.contrast.paired)
    }
    CSVColumn("unpaired", "Conversations under one condition only.", .count) { .integer($0.contrast.unpaired) }
    CSVColumn(
      "value_a", "The mean under a, in axis position; a share for below_threshold.", .number,
      empty: "no conversation has it"
    ) { .number($0.contrast.first) }
    CSVColumn("value_b", "The mean under b.", .number, empty: "no conversation has it") { .number($0.contrast.second) }
    estimateColumns("difference", "value_b − value_a.", .number, empty: "a side has no conversation") {
      $0.contrast.difference
    }
    estimateColumns(
      "reduction", "1 − value_b / value_a: the share of the drift that is gone.", .number,
      empty: "there is no drift under a to reduce"
    ) { $0.contrast.reduction }
    CSVColumn(
      "p", "Two-sided probability of the difference when conditions are permuted.", .probability,
      empty: "a side has no conversation"
    ) { .number($0.contrast.probability) }
    CSVColumn("q", "p adjusted over the table (Benjamini and Hochberg).", .probability, empty: "there is no p") {
      .number($0.row.falseDiscoveryRate)
    }
    CSVColumn("persona", "The persona that the model was asked to be.", empty: "it was asked for none") {
      .text($0.row.persona)
    }
    scopeColumn { $0.row.domain }
    CSVColumn(
      "turns_a", "Mean turns of conversations under a, where the conditions differ in it and conversations were cut.",
      .number, empty: "all turns are compared"
    ) { .number($0.row.cut?.first ?? .nan) }
    CSVColumn("turns_b", "The same under b.", .number, empty: "all turns are compared") {
      .number($0.row.cut?.second ?? .nan)
    }
    CSVColumn(
      "turns_compared", "The turns of each conversation that are compared, from the first on.", .count,
      empty: "all turns are compared, or of each pair those of the shorter"
    ) { .integer($0.row.cut?.common) }
  }

  static func contrasts(_ result: DriftResult) -> CSVTable {
    contrastSchema.table { take in
      for row in result.contrasts { try take(ContrastRow(comparison: result.comparison, row: row)) }
    }
  }

  /// The last column of tables of groups: a domain may be called as all of them are.
  static func scopeColumn<Row>(_ domain: @escaping @Sendable (Row) -> String?) -> CSVColumn<Row> {
    CSVColumn("scope", "domain: the row is of one domain; all: of all domains together.", .word) {
      .text(domain($0) == nil ? "all" : "domain")
    }
  }

  /// The columns that say which conversations a row is of.
  static func groupColumns<Row>(_ group: @escaping @Sendable (Row) -> DriftResult.Group) -> [CSVColumn<Row>] {
    [
      CSVColumn("domain", "The domain; (all) for all domains together.", empty: "the transcripts say none") {
        .text(group($0).domainName)
      },
      CSVColumn("condition", "The condition.", empty: "there is none") { .text(group($0).condition) },
      CSVColumn("persona", "The persona that the model was asked to be.", empty: "it was asked for none") {
        .text(group($0).persona)
      },
      CSVColumn("layer", "The layer.", .layer) { .integer(group($0).layer) },
    ]
  }
}
