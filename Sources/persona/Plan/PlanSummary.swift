internal import Analyses
internal import PersonaSpace
internal import Statistics

/// What `plan --json` prints.
struct PlanSummary: Encodable {
  struct Row: Encodable {
    let of, unit, domain, condition, persona: String
    let otherDomain, otherCondition: String?
    let paired: Bool
    let pilot: Int
    let samples: Int?
    let sd, sdBetween, sdWithin, sdPrompt: Double?
    let sdLow, sdHigh, sdBetweenLow, sdBetweenHigh, sdWithinLow, sdWithinHigh, sdPromptLow, sdPromptHigh: Double?
    let goal: String
    let wanted: Double
    let power: Double?
    let needed, neededLow, neededHigh: Int?
    let note: String?
  }

  let layer: Int
  let rows: [Row]
  let notes: [String]

  init(_ result: PlanResult) {
    (layer, notes) = (result.layer, result.notes)
    rows = result.rows.map { row in
      Row(
        of: row.subject.rawValue, unit: row.subject.unit, domain: row.name.domain, condition: row.name.condition,
        persona: row.name.persona, otherDomain: row.other?.domain, otherCondition: row.other?.condition,
        paired: row.isPaired, pilot: row.pilot, samples: row.samples, sd: known(row.deviation?.value),
        sdBetween: known(row.between?.value), sdWithin: known(row.within?.value), sdPrompt: known(row.prompts?.value),
        sdLow: row.deviation?.interval?.low, sdHigh: row.deviation?.interval?.high,
        sdBetweenLow: row.between?.interval?.low, sdBetweenHigh: row.between?.interval?.high,
        sdWithinLow: row.within?.interval?.low, sdWithinHigh: row.within?.interval?.high,
        sdPromptLow: row.prompts?.interval?.low, sdPromptHigh: row.prompts?.interval?.high, goal: row.goal.name,
        wanted: row.goal.wanted, power: row.goal.power, needed: row.number?.needed, neededLow: row.number?.low,
        neededHigh: row.number?.high, note: row.note.isEmpty ? nil : row.note)
    }
  }
}
