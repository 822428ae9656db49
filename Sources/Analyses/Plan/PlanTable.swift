internal import Files
public import PersonaSpace
internal import Statistics

/// `plan.csv`.
enum PlanTable {
  static let schema = CSVSchema<(layer: Int, row: PlanResult.Row)> {
    CSVColumn(
      "of",
      "change (first to last turn), difference (of two changes), role, typical_role, roles (two of them), cos_axis_pc1.",
      .word
    ) { .text($0.row.subject.rawValue) }
    CSVColumn("unit", "What there must be more of: conversations, questions, roles.", .word) {
      .text($0.row.subject.unit)
    }
    CSVColumn("domain", "The domain of the conversations.", empty: "it is no plan of conversations, or they have none")
    { .text($0.row.name.domain) }
    CSVColumn("condition", "Their condition.", empty: "there is none") { .text($0.row.name.condition) }
    CSVColumn("persona", "The persona of the conversations, or the role.", empty: "there is none") {
      .text($0.row.name.persona)
    }
    CSVColumn("other_domain", "The domain of the other side of a difference.", empty: "it is no difference") {
      .text($0.row.other?.domain)
    }
    CSVColumn("other_condition", "The condition of the other side of a difference.", empty: "it is no difference") {
      .text($0.row.other?.condition)
    }
    CSVColumn("paired", "yes: the same conversations, or questions, are on both sides.", .word, empty: "they are not") {
      .text($0.row.isPaired ? "yes" : "")
    }
    CSVColumn("layer", "The layer.", .layer) { .integer($0.layer) }
    CSVColumn("pilot", "The units of the pilot; of a difference between groups, of the smaller one.", .count) {
      .integer($0.row.pilot)
    }
    CSVColumn("samples", "How often each unit is measured: regenerations, answers to a question.", .count) {
      .integer($0.row.samples)
    }
    estimateColumns("sd", "Standard deviation of one unit measured so often.", .positionSpread, empty: "see note") {
      $0.row.deviation
    }
    estimateColumns(
      "sd_between", "The part of it between units.", .positionSpread, empty: "it is not told from the part within"
    ) { $0.row.between }
    estimateColumns(
      "sd_within", "The part between measurements of one unit.", .positionSpread, empty: "each unit was measured once"
    ) { $0.row.within }
    estimateColumns(
      "sd_prompt", "The part between the prompts of a role, which are taken as they are.", .positionSpread,
      empty: "there are no prompts to tell it by"
    ) {
      $0.row.prompts
    }
    CSVColumn("goal", "power or interval.", .word) { .text($0.row.goal.name) }
    CSVColumn("wanted", "The change or difference to be seen, or the half-width of the interval.", .positionSpread) {
      .number($0.row.goal.wanted)
    }
    CSVColumn("power", "The power to see it with.", .probability, empty: "the goal is an interval") {
      .number($0.row.goal.power)
    }
    CSVColumn("needed", "The units that it takes on each side, by what the pilot found.", .count, empty: "see note") {
      .integer($0.row.number?.needed)
    }
    CSVColumn("needed_low", "The same with the variance at the lower end of its interval.", .count, empty: "see note") {
      .integer($0.row.number?.low)
    }
    CSVColumn("needed_high", "The same with the variance at the upper end.", .count, empty: "see note") {
      .integer($0.row.number?.high)
    }
    CSVColumn("note", "Why cells are empty.", empty: "nothing is missing") { .text($0.row.note) }
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
