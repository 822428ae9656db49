internal import Files
internal import PersonaSpace
internal import Statistics

/// The tables of traits and of trends over levels.
enum TraitTables {
  /// A false discovery rate up to which a trait characterises a pole.
  static let calledRate = 0.05

  static func traits(_ fit: FitResult) -> String {
    var table = CSVText(columns: [
      "layer", "trait", "target", "projection", "cosine", "centred_cosine", "span_share", "z", "p", "q", "pole", "rank",
    ])
    for (layer, readings) in zip(fit.layers, fit.traitReadings) {
      let ranks = poleRanks(readings)
      for (index, reading) in readings.enumerated() {
        let rank = ranks[index]
        table.append([
          .integer(layer), .text(fit.traits[reading.trait]), .text(reading.target.name), .number(reading.projection),
          .number(reading.cosine), .number(reading.centredCosine), .number(reading.spanShare), .number(reading.z),
          .number(reading.probability), .number(reading.falseDiscoveryRate),
          rank == nil ? .empty : .text(reading.z > 0 ? "high" : "low"), .integer(rank),
        ])
      }
    }
    return table.text
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

  static func trends(_ fit: FitResult) -> String {
    var table = CSVText(columns: [
      "layer", "roles", "levels", "spearman", "spearman_low", "spearman_high", "spearman_p", "jonckheere",
      "jonckheere_p", "permutations",
    ])
    for (layer, trend) in zip(fit.layers, fit.trends) {
      table.append([
        .integer(layer), .integer(fit.levelledRoles), .integer(trend.levels), .number(trend.spearman),
        .number(trend.interval?.low), .number(trend.interval?.high), .number(trend.spearmanProbability),
        .number(trend.jonckheere), .number(trend.jonckheereProbability), .integer(LevelTrend.draws),
      ])
    }
    return table.text
  }
}
