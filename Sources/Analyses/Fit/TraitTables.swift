internal import Files
internal import PersonaSpace
internal import Statistics

/// The tables of traits and of trends over levels.
enum TraitTables {
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
    CSVColumn("pole") { $0.rank == nil ? .empty : .text($0.reading.pole.rawValue) }
    CSVColumn("rank") { .integer($0.rank) }
  }

  static func traits(_ fit: FitResult) -> CSVTable {
    traitSchema.table { take in
      for (layer, readings) in zip(fit.layers, fit.traitReadings) {
        for (reading, rank) in zip(readings, TraitReading.poleRanks(readings)) {
          try take(TraitRow(layer: layer, trait: fit.traits[reading.trait], reading: reading, rank: rank))
        }
      }
    }
  }

  struct TrendRow {
    let layer: Int
    let roles: Int
    let trend: LevelTrend
    /// The rank correlation's p, adjusted for the number of layers.
    let falseDiscoveryRate: Double
  }

  static let trendSchema = CSVSchema<TrendRow> {
    CSVColumn("layer") { .integer($0.layer) }
    CSVColumn("roles") { .integer($0.roles) }
    trendColumns { $0.trend }
    CSVColumn("q") { .number($0.falseDiscoveryRate) }
  }

  static func trends(_ fit: FitResult) -> CSVTable {
    trendSchema.table { take in
      for (index, (layer, trend)) in zip(fit.layers, fit.trends).enumerated() {
        try take(
          TrendRow(
            layer: layer, roles: fit.levelledRoles, trend: trend, falseDiscoveryRate: fit.trendRates[index]))
      }
    }
  }
}
