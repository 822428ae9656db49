internal import Files
public import PersonaSpace
internal import Statistics

/// `plan.csv`.
enum PlanTable {
  static let schema = CSVSchema<(layer: Int, row: PlanResult.Row)> {
    CSVColumn(
      "of",
      "change (first to last turn), difference (of two changes), role, typical_role, roles (two of them), cos_axis_pc1."
    ) { .text($0.row.subject.rawValue) }
    CSVColumn("unit", "What there must be more of: conversations, questions, roles.") {
      .text($0.row.subject.unit)
    }
    CSVColumn("domain") { .text($0.row.name.domain) }
    CSVColumn("condition") { .text($0.row.name.condition) }
    CSVColumn("persona", "The persona of the conversations, or the role.") { .text($0.row.name.persona) }
    CSVColumn("other_domain", "The other side of a difference.") { .text($0.row.other?.domain) }
    CSVColumn("other_condition", "The other side of a difference.") { .text($0.row.other?.condition) }
    CSVColumn("paired", "yes where the same conversations, or questions, are on both sides.") {
      .text($0.row.isPaired ? "yes" : "")
    }
    CSVColumn("layer") { .integer($0.layer) }
    CSVColumn("pilot", "The units of the pilot; of a difference between groups, of the smaller one.") {
      .integer($0.row.pilot)
    }
    CSVColumn("samples", "How often each unit is measured: regenerations, answers to a question.") {
      .integer($0.row.samples)
    }
    estimateColumns("sd", "The standard deviation of one unit measured so often, in axis position.") {
      $0.row.deviation
    }
    estimateColumns("sd_between", "The part between units.") { $0.row.between }
    estimateColumns("sd_within", "The part between measurements of one unit.") { $0.row.within }
    estimateColumns("sd_prompt", "The part between the prompts of a role, which are taken as they are.") {
      $0.row.prompts
    }
    CSVColumn("goal", "power or interval.") { .text($0.row.goal.name) }
    CSVColumn("wanted", "The change or difference to be seen, or the half-width, in axis position.") {
      .number($0.row.goal.wanted)
    }
    CSVColumn("power") { .number($0.row.goal.power) }
    CSVColumn("needed", "The units that it takes on each side, by what the pilot found.") {
      .integer($0.row.number?.needed)
    }
    CSVColumn("needed_low", "With the variance at the lower end of its interval.") { .integer($0.row.number?.low) }
    CSVColumn("needed_high", "With the variance at the upper end of its interval.") { .integer($0.row.number?.high) }
    CSVColumn("note") { .text($0.row.note) }
  }

  static func table(_ result: PlanResult) -> CSVTable {
    schema.table { take in for row in result.rows { try take((result.layer, row)) } }
  }
}

extension PlanGoal {
  /// Its name in tables.
  public var name: String {
    switch self {
    case .power: "power"
    case .interval: "interval"
    }
  }

  /// The effect, or the half-width.
  public var wanted: Double {
    switch self {
    case .power(let effect, _): effect
    case .interval(let halfWidth): halfWidth
    }
  }

  /// The power; nil of an interval.
  public var power: Double? {
    if case .power(_, let power) = self { power } else { nil }
  }
}
