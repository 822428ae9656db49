internal import Files
internal import PersonaSpace
internal import Statistics

/// The tables of traits and of trends over levels.
enum TraitTables {
  static func traits(_ fit: FitResult) -> String {
    var table = CSVText(columns: [
      "layer", "trait", "target", "projection", "cosine", "centred_cosine", "span_share", "z", "p", "q", "pole", "rank",
    ])
    for (layer, readings) in zip(fit.layers, fit.traitReadings) {
      let ranks = TraitReading.poleRanks(readings)
      for (index, reading) in readings.enumerated() {
        let rank = ranks[index]
        table.append([
          .integer(layer), .text(fit.traits[reading.trait]), .text(reading.target.name), .number(reading.projection),
          .number(reading.cosine), .number(reading.centredCosine), .number(reading.spanShare), .number(reading.z),
          .number(reading.probability), .number(reading.falseDiscoveryRate),
          rank == nil ? .empty : .text(reading.pole.rawValue), .integer(rank),
        ])
      }
    }
    return table.text
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
