internal import Files
internal import PersonaSpace
internal import Statistics

/// The tables of traits and of trends over levels.
enum TraitTables {
  /// A false discovery rate up to which a trait characterises a pole.
  static let calledRate = 0.05

  struct TraitRow {
    let layer: Int
    let trait: String
    let reading: TraitReading
    /// Its place at the pole that it characterises, from 1; nil if it characterises none.
    let rank: Int?
  }

  static let traitSchema = CSVSchema<TraitRow> {
    CSVColumn("layer") { .integer($0.layer) }
    CSVColumn("trait") { .text($0.trait) }
    CSVColumn("target") { .text($0.reading.target.name) }
    CSVColumn("projection") { .number($0.reading.projection) }
    CSVColumn("cosine") { .number($0.reading.cosine) }
    CSVColumn("centred_cosine") { .number($0.reading.centredCosine) }
    CSVColumn("span_share") { .number($0.reading.spanShare) }
    CSVColumn("z") { .number($0.reading.z) }
    CSVColumn("p") { .number($0.reading.probability) }
    CSVColumn("q") { .number($0.reading.falseDiscoveryRate) }
    CSVColumn("pole") { $0.rank == nil ? .empty : .text($0.reading.z > 0 ? "high" : "low") }
    CSVColumn("rank") { .integer($0.rank) }
  }

  static func traits(_ fit: FitResult) -> CSVTable {
    traitSchema.table { take in
      for (layer, readings) in zip(fit.layers, fit.traitReadings) {
        for (reading, rank) in zip(readings, poleRanks(readings)) {
          try take(TraitRow(layer: layer, trait: fit.traits[reading.trait], reading: reading, rank: rank))
        }
      }
    }
  }

  /// The rank of each reading among those called at its target's pole, 1 for the largest |z|; nil for those not called.
  static func poleRanks(_ readings: [TraitReading]) -> [Int?] {
    var ranks = [Int?](repeating: nil, count: readings.count)
    let called = readings.indices.filter { readings[$0].falseDiscoveryRate <= calledRate }
    for (_, pole) in Dictionary(grouping: called, by: { "\(readings[$0].target.name) \(readings[$0].z > 0)" }) {
      let order = pole.sorted { (abs(readings[$1].z), $0) < (abs(readings[$0].z), $1) }
      for (place, index) in order.enumerated() { ranks[index] = place + 1 }
    }
    return ranks
  }

  struct TrendRow {
    let layer: Int
    let roles: Int
    let trend: LevelTrend
  }

  static let trendSchema = CSVSchema<TrendRow> {
    CSVColumn("layer") { .integer($0.layer) }
    CSVColumn("roles") { .integer($0.roles) }
    trendColumns { $0.trend }
  }

  static func trends(_ fit: FitResult) -> CSVTable {
    trendSchema.table { take in
      for (layer, trend) in zip(fit.layers, fit.trends) {
        try take(TrendRow(layer: layer, roles: fit.levelledRoles, trend: trend))
      }
    }
  }
}
