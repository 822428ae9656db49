internal import Files
internal import LinearAlgebra
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
    CSVColumn("layer", "The layer.", .layer) { .integer($0.layer) }
    CSVColumn("trait", "The trait.") { .text($0.trait) }
    CSVColumn("target", "The direction it is read along: axis, pc1 to pc5.", .word) { .text($0.reading.target.name) }
    CSVColumn("projection", "Projection of the trait vector on the unit direction.", .projection) {
      .number($0.reading.projection)
    }
    CSVColumn("cosine", "Cosine of the trait vector and the direction.", .cosine) { .number($0.reading.cosine) }
    CSVColumn(
      "centred_cosine", "Cosine of the trait vector less the mean trait and the direction.", .cosine,
      empty: "there are fewer than 3 traits"
    ) { .number($0.reading.centredCosine) }
    CSVColumn(
      "span_share", "The share of the squared length of the centred trait in the span of the roles.", .share,
      empty: "there are fewer than 3 traits"
    ) { .number($0.reading.spanShare) }
    CSVColumn(
      "z", "The part of the trait in that span, tested against random directions in it; standard normal.", .number,
      empty: "it cannot be tested"
    ) { .number($0.reading.z) }
    CSVColumn("p", "Two-sided probability of z.", .probability, empty: "there is no z") {
      .number($0.reading.probability)
    }
    CSVColumn(
      "q", "p adjusted over traits and targets of the layer (Benjamini and Hochberg).", .probability,
      empty: "there is no p"
    ) { .number($0.reading.falseDiscoveryRate) }
    CSVColumn(
      "pole", "The end that it characterises: high, toward the Assistant on the axis, or low.", .word,
      empty: "it characterises none"
    ) {
      $0.rank == nil ? .empty : .text($0.reading.pole.rawValue)
    }
    CSVColumn("rank", "Its place at that end.", .rank, empty: "it characterises none") { .integer($0.rank) }
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

  struct RoleRow {
    let layer: Int
    let role: String
    /// Along each trait.
    let cosines: ArraySlice<Double>
  }

  /// The table of roles along `traits`.
  static func roleSchema(_ traits: [String]) -> CSVSchema<RoleRow> {
    CSVSchema<RoleRow> {
      CSVColumn("layer", "The layer.", .layer) { .integer($0.layer) }
      CSVColumn("role", "The role; the default has a row of its own.") { .text($0.role) }
      traits.indices.map { index in
        CSVColumn(
          "cos_\(traits[index])",
          "Cosine of the role less the mean role and the trait less the mean trait (of fewer than 3, the trait as it is); a column a trait.",
          .cosine, empty: "the role is the mean role, or the trait the mean trait"
        ) { .number($0.cosines[$0.cosines.startIndex + index]) }
      }
    }
  }

  static func roleTraits(_ fit: FitResult) -> CSVTable {
    roleSchema(fit.traits).table { take in
      for (layer, found) in zip(fit.layers, fit.roleTraits) {
        guard let found else { continue }
        for row in 0..<found.cosines.rows {
          let role = row < fit.roles.count ? fit.roles[row] : fit.assistantName
          try take(RoleRow(layer: layer, role: role, cosines: found.cosines.row(row)))
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
    CSVColumn("layer", "The layer.", .layer) { .integer($0.layer) }
    CSVColumn("roles", "Roles that have a level.", .count) { .integer($0.roles) }
    trendColumns { $0.trend }
    CSVColumn("q", "spearman_p adjusted over layers (Benjamini and Hochberg).", .probability, empty: "there is no p") {
      .number($0.falseDiscoveryRate)
    }
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
