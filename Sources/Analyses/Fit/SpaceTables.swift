internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics

/// The tables of a fitted space, in the columns of the interface, and what is beside them behind those. Cells of intervals are
/// empty where there was no resampling.
enum SpaceTables {
  static func layers(_ fit: FitResult) -> String {
    var table = CSVText(columns: [
      "layer", "roles", "hidden_size", "axis_norm", "cos_axis_pc1", "cos_axis_pc1_low", "cos_axis_pc1_high",
      "pc1_variance_ratio", "pc1_variance_ratio_low", "pc1_variance_ratio_high", "components_70", "components_80",
      "components_90", "components_95", "axis_stability", "axis_stability_low", "pc1_stability", "pc1_stability_low",
      "default_percentile", "default_relative", "random_null_95", "massive_share", "verdict",
      "components_above_chance", "replicates", "default_samples", "recommended", "dropped_dimensions", "scale",
      "massive_dimensions",
    ])
    let choice = fit.choice?.index
    for (index, (layer, space)) in zip(fit.layers, fit.spaces).enumerated() {
      let (components, assistant, bootstrap) = (space.components, space.assistant, space.uncertainty?.bootstrap)
      table.append([
        .integer(layer), .integer(fit.roles.count), .integer(fit.hiddenSize), .number(assistant?.axis.norm),
        .number(assistant?.componentCosines[0]), .number(bootstrap?.cosine?.low), .number(bootstrap?.cosine?.high),
        .number(components.varianceRatio[0]), .number(bootstrap?.varianceRatio?.low),
        .number(bootstrap?.varianceRatio?.high),
        .integer(components.count(forVariance: 0.7)), .integer(components.count(forVariance: 0.8)),
        .integer(components.count(forVariance: 0.9)), .integer(components.count(forVariance: 0.95)),
        .number(bootstrap?.axisStability?.mean), .number(bootstrap?.axisStability?.low),
        .number(bootstrap?.componentStability?.mean), .number(bootstrap?.componentStability?.low),
        .number(assistant?.extremity.percentile),
        .number(assistant?.extremity.relative), .number(assistant?.randomNull), .number(space.massive.shares[0]),
        assistant.map { .text($0.verdict.outcome.rawValue) } ?? .empty,
        .integer(space.uncertainty?.parallel.components), .integer(bootstrap?.replicates),
        .integer(space.uncertainty?.assistantSamples), index == choice ? .text("yes") : .empty,
        .text(Self.dropped(space)), .text(fit.scaling.scale.rawValue),
        .text(space.massive.massive(of: fit.hiddenSize).map { "\($0.index)" }.joined(separator: " ")),
      ])
    }
    return table.text
  }

  /// The dimensions that are dropped in a layer, with spaces between them.
  private static func dropped(_ space: LayerSpace) -> String {
    (space.factors ?? []).enumerated().filter { $0.element == 0 }.map { "\($0.offset)" }.joined(separator: " ")
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

  /// One row a layer and kind of direction.
  static func nulls(_ fit: FitResult) -> String {
    var table = CSVText(columns: ["layer", "null", "cos_axis_pc1", "null_95", "p", "draws"])
    for (layer, space) in zip(fit.layers, fit.spaces) {
      for null in space.uncertainty?.nulls ?? [] {
        table.append([
          .integer(layer), .text(null.kind.rawValue), .number(space.assistant?.componentCosines[0]),
          .number(null.quantile), .number(null.probability), null.draws > 0 ? .integer(null.draws) : .empty,
        ])
      }
    }
    return table.text
  }

  /// One row a layer and division of the responses.
  static func splits(_ fit: FitResult) -> String {
    var table = CSVText(columns: [
      "layer", "split", "roles", "responses_a", "responses_b", "default_responses_a", "default_responses_b", "cos_axis",
      "cos_pc1", "position_spearman", "cos_axis_pc1_across",
    ])
    for split in fit.splits {
      for (layer, halves) in zip(fit.layers, split.layers) {
        table.append(
          [.integer(layer), .text(split.division.rawValue), .integer(split.roles)]
            + (split.responses + split.assistantResponses).map { .integer($0) } + [
              .number(halves?.axisCosine), .number(halves?.componentCosine), .number(halves?.positionSpearman),
              .number(halves?.acrossCosine),
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
      ] + (0..<kept).map { "pc\($0 + 1)" } + ["axis_position_low", "axis_position_high", "axis_influence_degrees"])
    for (layer, space) in zip(fit.layers, fit.spaces) {
      let scores = space.components.scores
      for (i, role) in fit.roles.enumerated() {
        table.append(
          cells(layer, role, fit.labels[role], fit.counts[role], space.assistant?.roles[i])
            + [.integer(space.assistant?.ranks[i])]
            + (0..<kept).map { $0 < scores.columns ? .number(scores[i, $0]) : .empty }
            + uncertaintyCells(of: i, space.uncertainty))
      }
      if let assistant = space.assistant {
        let own = space.components.referenceScores ?? []
        table.append(
          cells(
            layer, fit.assistantName, fit.labels[fit.assistantName], fit.counts[fit.assistantName], assistant.assistant)
            + [.empty]
            + (0..<kept).map { .number(own[$0]) } + [.empty, .empty, .empty])
      }
    }
    return table.text
  }

  private static func uncertaintyCells(of role: Int, _ uncertainty: LayerUncertainty?) -> [CSVText.Cell] {
    let interval = uncertainty?.bootstrap?.positions[role]
    let influence = uncertainty.flatMap { $0.influence.isEmpty ? nil : $0.influence[role] }
    return [.number(interval?.low), .number(interval?.high), .number(influence)]
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
