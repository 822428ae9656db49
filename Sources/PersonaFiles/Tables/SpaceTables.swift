internal import LinearAlgebra
internal import PersonaSpace

/// The tables of a fitted space, in the columns of the interface.
///
/// Intervals and stabilities come from resampling, which this version does not do: their cells are empty.
enum SpaceTables {
  static func layers(_ fit: FitResult) -> String {
    var table = CSVText(columns: [
      "layer", "roles", "hidden_size", "axis_norm", "cos_axis_pc1", "cos_axis_pc1_low", "cos_axis_pc1_high",
      "pc1_variance_ratio", "pc1_variance_ratio_low", "pc1_variance_ratio_high", "components_70", "components_80",
      "components_90", "components_95", "axis_stability", "axis_stability_low", "pc1_stability", "pc1_stability_low",
      "default_percentile", "default_relative", "random_null_95", "massive_share", "verdict",
    ])
    for (layer, space) in zip(fit.layers, fit.spaces) {
      let (components, assistant) = (space.components, space.assistant)
      table.append([
        .integer(layer), .integer(fit.roles.count), .integer(fit.hiddenSize), .number(assistant?.axis.norm),
        .number(assistant?.componentCosines[0]), .empty, .empty, .number(components.varianceRatio[0]), .empty, .empty,
        .integer(components.count(forVariance: 0.7)), .integer(components.count(forVariance: 0.8)),
        .integer(components.count(forVariance: 0.9)), .integer(components.count(forVariance: 0.95)),
        .empty, .empty, .empty, .empty, .number(assistant?.extremity.percentile),
        .number(assistant?.extremity.relative), .number(assistant?.randomNull), .number(space.massive.shares[0]),
        assistant.map { .text($0.verdict.outcome.rawValue) } ?? .empty,
      ])
    }
    return table.text
  }

  static func components(_ fit: FitResult) -> String {
    var table = CSVText(columns: [
      "layer", "component", "variance", "variance_ratio", "cumulative_ratio", "cos_axis", "default_score",
    ])
    for (layer, space) in zip(fit.layers, fit.spaces) {
      let components = space.components
      let (ratios, sums) = (components.varianceRatio, components.cumulativeRatio)
      for j in components.variance.indices {
        table.append([
          .integer(layer), .integer(j + 1), .number(components.variance[j]), .number(ratios[j]), .number(sums[j]),
          .number(space.assistant?.componentCosines[j]), .number(components.referenceScores?[j]),
        ])
      }
    }
    return table.text
  }

  /// One row a role and layer, in name order, and one for the default.
  static func roles(_ fit: FitResult, components kept: Int) -> String {
    var table = CSVText(
      columns: [
        "layer", "role", "group", "level", "count", "axis_projection", "axis_position", "axis_distance",
        "off_axis_distance", "cosine", "rank",
      ] + (0..<kept).map { "pc\($0 + 1)" })
    for (layer, space) in zip(fit.layers, fit.spaces) {
      let scores = space.components.scores
      for (i, role) in fit.roles.enumerated() {
        table.append(
          cells(layer, role, fit.labels[role], fit.counts[role], space.assistant?.roles[i])
            + [.integer(space.assistant?.ranks[i])]
            + (0..<kept).map { $0 < scores.columns ? .number(scores[i, $0]) : .empty })
      }
      if let assistant = space.assistant {
        let own = space.components.referenceScores ?? []
        table.append(
          cells(
            layer, fit.assistantName, fit.labels[fit.assistantName], fit.counts[fit.assistantName], assistant.assistant)
            + [.empty]
            + (0..<kept).map { .number(own[$0]) })
      }
    }
    return table.text
  }

  private static func cells(
    _ layer: Int, _ role: String, _ label: RoleTable.Label, _ count: Int?, _ reading: AxisReading?
  ) -> [CSVText.Cell] {
    // The count of responses behind a vector is known only where responses were averaged.
    [.integer(layer), .text(role), .text(label.group), .text(label.level), .integer(count)]
      + readingCells(reading)
  }
}

/// The five columns from `axis_projection` to `cosine`.
func readingCells(_ reading: AxisReading?) -> [CSVText.Cell] {
  [
    .number(reading?.projection), .number(reading?.position), .number(reading?.distance),
    .number(reading?.offAxisDistance), .number(reading?.cosine),
  ]
}
