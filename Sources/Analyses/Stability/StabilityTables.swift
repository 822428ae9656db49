internal import Dumps
internal import Files
internal import PersonaSpace
internal import Statistics

/// `personas.csv`, `adherence.csv` and `trends.csv`, in the columns of the interface, and what is beside them behind those.
enum StabilityTables {
  struct PersonaRow {
    let result: StabilityResult
    let layer: Int
    let persona: StabilityResult.Persona
    let reading: PersonaReading?
  }

  static let personaSchema = CSVSchema<PersonaRow> {
    CSVColumn("layer") { .integer($0.layer) }
    CSVColumn("persona") { .text($0.persona.name) }
    CSVColumn("group") { .text($0.persona.label.group) }
    CSVColumn("level") { .text($0.persona.label.level) }
    CSVColumn("count") { .integer($0.persona.count) }
    CSVColumn("target") { .text($0.persona.target.rawValue) }
    adherenceColumns { $0.reading?.full }
    adherenceColumns { (row: PersonaRow) in row.reading?.axis }.map { $0.prefixed("axis_") }
    CSVColumn("axis_position") { .number($0.reading?.position) }
    CSVColumn("axis_target") { .number($0.reading?.targetPosition) }
    CSVColumn("target_distance") { .number($0.reading?.distance) }
    CSVColumn("spread") { .number($0.reading?.spread) }
    CSVColumn("target_count") { .integer($0.persona.targetCount) }
    CSVColumn("target_reliability") { .number($0.reading?.reliability) }
    CSVColumn("left_out") { .text($0.persona.leavesOneOut ? "self" : "none") }
    CSVColumn("clusters") { .integer($0.persona.clusters) }
    CSVColumn("note") { .text(StabilityNotes.note($0.persona, $0.reading, $0.result)) }
  }

  private static func adherenceColumns<Row>(
    _ reading: @escaping @Sendable (Row) -> PersonaAdherence?
  ) -> [CSVColumn<Row>] {
    [CSVColumn("adherence") { .number(reading($0)?.adherence) }]
      + [CSVColumn("resistance") { .number(reading($0)?.resistance) }]
      + intervalColumns("resistance") { reading($0)?.resistanceInterval }
      + [CSVColumn("instability") { .number(reading($0)?.instability) }]
      + intervalColumns("instability") { reading($0)?.instabilityInterval }
      + [CSVColumn("quadrant") { .text(reading($0)?.quadrant?.rawValue) }]
      + [CSVColumn("quadrant_share") { .number(reading($0)?.quadrantShare) }]
  }

  static func personas(_ result: StabilityResult) -> CSVTable {
    personaSchema.table { take in
      for layer in result.layers {
        for (persona, reading) in zip(result.personas, layer.readings) {
          try take(PersonaRow(result: result, layer: layer.layer, persona: persona, reading: reading))
        }
      }
    }
  }

  struct ResponseRow {
    let layer: Int
    let persona, key: String
    let isWanted, isMember: Bool
    let adherence, axisAdherence: Double?
    let position: Double
  }

  static let responseSchema = CSVSchema<ResponseRow> {
    CSVColumn("layer") { .integer($0.layer) }
    CSVColumn("persona") { .text($0.persona) }
    CSVColumn("key") { .text($0.key) }
    CSVColumn("wanted") { .text($0.isWanted ? "yes" : "no") }
    CSVColumn("left_out") { .text($0.isMember ? "self" : "none") }
    CSVColumn("adherence") { .number($0.adherence) }
    CSVColumn("axis_adherence") { .number($0.axisAdherence) }
    CSVColumn("axis_position") { .number($0.position) }
  }

  static var responsesHeader: String { responseSchema.header }

  /// The lines of one persona in one layer, without a header.
  static func responses(
    _ layer: Int, _ persona: String, keys: [String], isWanted: [Bool], isMember: [Bool],
    _ scores: PersonaScatter.Scores,
    hasTarget: Bool
  ) -> String {
    keys.indices.map { index in
      responseSchema.line(
        ResponseRow(
          layer: layer, persona: persona, key: keys[index], isWanted: isWanted[index], isMember: isMember[index],
          adherence: hasTarget ? scores.full?[index] : nil, axisAdherence: hasTarget ? scores.axis?[index] : nil,
          position: scores.positions[index]))
    }.joined()
  }

  static let trendSchema = CSVSchema<(layer: Int, trend: StabilityTrend)> {
    CSVColumn("layer") { .integer($0.layer) }
    CSVColumn("measure") { .text($0.trend.measure.rawValue) }
    CSVColumn("personas") { .integer($0.trend.personas) }
    trendColumns { $0.trend.trend }
  }

  static func trends(_ result: StabilityResult) -> CSVTable {
    trendSchema.table { take in for row in result.trends { try take(row) } }
  }

  static func variance(_ result: StabilityResult) -> CSVTable { VarianceTable.table(result) }
}
