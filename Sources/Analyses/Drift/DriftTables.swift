internal import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics

/// `conversations.csv`, `curves.csv`, `superposition.csv` and `conditions.csv`.
enum DriftTables {
  static let conversationSchema = CSVSchema<DriftResult.Conversation> {
    keyColumns { $0.key }
    CSVColumn("layer") { .integer($0.layer) }
    CSVColumn("turns") { .integer($0.drift.turns) }
    CSVColumn("start") { .number($0.drift.start) }
    CSVColumn("end") { .number($0.drift.end) }
    CSVColumn("change") { .number($0.drift.change) }
    CSVColumn("mean") { .number($0.drift.mean) }
    CSVColumn("minimum") { .number($0.drift.minimum) }
    CSVColumn("slope") { .number($0.drift.slope) }
    CSVColumn("max_drawdown") { .number($0.drift.maximumDrawdown) }
    CSVColumn("below_threshold") { .number($0.drift.belowThreshold) }
    CSVColumn("displacement") { .number($0.drift.displacement) }
    CSVColumn("absolute_displacement") { .number($0.drift.absoluteDisplacement) }
    CSVColumn("steps") { .integer($0.drift.steps) }
    CSVColumn("mean_step") { .number($0.drift.meanStep) }
    CSVColumn("absolute_step") { .number($0.drift.meanAbsoluteStep) }
    CSVColumn("first_crossing") { .integer($0.drift.firstCrossing) }
    CSVColumn("change_point") { .integer($0.changePoint?.turn) }
    CSVColumn("change_point_shift") { .number($0.changePoint?.shift) }
    CSVColumn("change_point_share") { .number($0.changePoint?.share) }
    CSVColumn("change_point_p") { .number($0.changePoint?.probability) }
    CSVColumn("persona") { .text($0.persona) }
    CSVColumn("baseline", "The mean position of the default's own answer to the opening message, without history.") {
      .number($0.relative?.baseline)
    }
    CSVColumn("relative_start", "1 + start − baseline: 1 is where the default itself would lie.") {
      .number($0.relative?.start)
    }
    CSVColumn("relative_end", "1 + end − baseline.") { .number($0.relative?.end) }
    CSVColumn("relative_mean", "1 + mean − baseline.") { .number($0.relative?.mean) }
    CSVColumn("relative_below_threshold", "The share of turns below the threshold, relative to the baseline.") {
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
    CSVColumn("domain") { .text($0.group.domainName) }
    CSVColumn("condition") { .text($0.group.condition) }
    CSVColumn("layer") { .integer($0.group.layer) }
    CSVColumn("turn") { .integer($0.point.turn) }
    CSVColumn("conversations") { .integer($0.point.conversations) }
    CSVColumn("mean") { .number($0.point.mean.value) }
    CSVColumn("low") { .number($0.point.mean.interval?.low) }
    CSVColumn("high") { .number($0.point.mean.interval?.high) }
    CSVColumn("sd") { .number($0.point.standardDeviation) }
    estimateColumns("change") { $0.point.change }
    estimateColumns("step") { $0.point.step }
    CSVColumn("persona") { .text($0.group.persona) }
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
    CSVColumn("turn") { .integer($0.point.turn) }
    CSVColumn("conversations") { .integer($0.point.conversations) }
    CSVColumn("samples") { .integer($0.point.samples) }
    estimateColumns("spread") { $0.point.spread }
    estimateColumns("trend") { $0.superposition.trend }
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
    CSVColumn("a") { .text($0.comparison[0]) }
    CSVColumn("b") { .text($0.comparison[1]) }
    CSVColumn("domain") { .text($0.row.domain ?? DriftResult.Group.everyDomain) }
    CSVColumn("layer") { .integer($0.row.layer) }
    CSVColumn("measure") { .text($0.contrast.measure.rawValue) }
    CSVColumn("conversations_a") { .integer($0.contrast.firstCount) }
    CSVColumn("conversations_b") { .integer($0.contrast.secondCount) }
    CSVColumn("paired") { .integer($0.contrast.paired) }
    CSVColumn("unpaired") { .integer($0.contrast.unpaired) }
    CSVColumn("value_a") { .number($0.contrast.first) }
    CSVColumn("value_b") { .number($0.contrast.second) }
    estimateColumns("difference") { $0.contrast.difference }
    estimateColumns("reduction") { $0.contrast.reduction }
    CSVColumn("p") { .number($0.contrast.probability) }
    CSVColumn("q") { .number($0.row.falseDiscoveryRate) }
    CSVColumn("persona") { .text($0.row.persona) }
    scopeColumn { $0.row.domain }
  }

  static func contrasts(_ result: DriftResult) -> CSVTable {
    contrastSchema.table { take in
      for row in result.contrasts { try take(ContrastRow(comparison: result.comparison, row: row)) }
    }
  }

  /// The last column of tables of groups: a domain may be called as all of them are.
  static func scopeColumn<Row>(_ domain: @escaping @Sendable (Row) -> String?) -> CSVColumn<Row> {
    CSVColumn("scope", "domain: the row is of one domain; all: of all domains together.") {
      .text(domain($0) == nil ? "all" : "domain")
    }
  }

  /// The columns that say which conversations a row is of.
  static func groupColumns<Row>(_ group: @escaping @Sendable (Row) -> DriftResult.Group) -> [CSVColumn<Row>] {
    [
      CSVColumn("domain") { .text(group($0).domainName) },
      CSVColumn("condition") { .text(group($0).condition) },
      CSVColumn("persona") { .text(group($0).persona) },
      CSVColumn("layer") { .integer(group($0).layer) },
    ]
  }
}
