internal import Dumps
internal import Files
internal import PersonaSpace
internal import Statistics

/// The tables of a fitted space but that of roles, in the columns of the interface, and what is beside them behind those. Cells
/// of intervals are empty where there was no resampling.
enum SpaceTables {
  struct LayerRow {
    let fit: FitResult
    let layer: Int
    let space: LayerSpace
    /// Whether this layer is the one to use.
    let isChosen: Bool
    /// cos(axis, PC1) with the questions still in the role vectors; nil where nothing was taken off.
    let unadjusted: Double?

    var bootstrap: AxisUncertainty? { space.uncertainty?.bootstrap }
    var groups: GroupVerdict? { space.assistant?.groupVerdict }
    var massive: [Int] { space.massive.massive(of: fit.hiddenSize).map(\.index) }
    /// The dimensions that are dropped.
    var dropped: [Int] { (space.factors ?? []).indices.filter { space.factors?[$0] == 0 } }
  }

  static let layerSchema = CSVSchema<LayerRow> {
    CSVColumn("layer") { .integer($0.layer) }
    CSVColumn("roles") { .integer($0.fit.roles.count) }
    CSVColumn("hidden_size") { .integer($0.fit.hiddenSize) }
    CSVColumn("axis_norm") { .number($0.space.assistant?.axis.norm) }
    CSVColumn("cos_axis_pc1") { .number($0.space.assistant?.componentCosines[0]) }
    intervalColumns("cos_axis_pc1") { $0.bootstrap?.cosine }
    CSVColumn("pc1_variance_ratio") { .number($0.space.components.varianceRatio[0]) }
    intervalColumns("pc1_variance_ratio") { $0.bootstrap?.varianceRatio }
    CSVColumn("components_70") { .integer($0.space.components.count(forVariance: 0.7)) }
    CSVColumn("components_80") { .integer($0.space.components.count(forVariance: 0.8)) }
    CSVColumn("components_90") { .integer($0.space.components.count(forVariance: 0.9)) }
    CSVColumn("components_95") { .integer($0.space.components.count(forVariance: 0.95)) }
    CSVColumn("axis_stability") { .number($0.bootstrap?.axisStability?.mean) }
    CSVColumn("axis_stability_low") { .number($0.bootstrap?.axisStability?.low) }
    CSVColumn("pc1_stability") { .number($0.bootstrap?.componentStability?.mean) }
    CSVColumn("pc1_stability_low") { .number($0.bootstrap?.componentStability?.low) }
    CSVColumn("default_percentile") { .number($0.space.assistant?.extremity.percentile) }
    CSVColumn("default_relative") { .number($0.space.assistant?.extremity.relative) }
    CSVColumn("random_null_95") { .number($0.space.assistant?.randomNull) }
    CSVColumn("massive_share") { .number($0.space.massive.shares[0]) }
    CSVColumn("verdict") { .text($0.space.assistant?.verdict.outcome.rawValue) }
    CSVColumn("components_above_chance") { .integer($0.space.uncertainty?.parallel.components) }
    CSVColumn("replicates") { .integer($0.bootstrap?.replicates) }
    CSVColumn("default_samples") { .integer($0.space.uncertainty?.assistantSamples) }
    CSVColumn("recommended") { $0.isChosen ? .text("yes") : .empty }
    CSVColumn("dropped_dimensions") { .text($0.dropped.map(String.init).joined(separator: " ")) }
    CSVColumn("scale") { .text($0.fit.scaling.scale.rawValue) }
    CSVColumn("massive_dimensions") { .text($0.massive.map(String.init).joined(separator: " ")) }
    CSVColumn("cos_axis_pc1_without_massive") { .number($0.space.withoutMassive?.cosine) }
    CSVColumn("massive_carries") {
      $0.space.assistant?.verdict.evidence.massiveCarries.map { .text($0 ? "yes" : "no") } ?? .empty
    }
    CSVColumn("question_samples") { .integer($0.bootstrap?.measured?.questions) }
    CSVColumn("cos_axis_pc1_corrected") { .number($0.bootstrap?.measured?.cosine) }
    CSVColumn("pc1_variance_ratio_corrected") { .number($0.bootstrap?.measured?.varianceRatio) }
    CSVColumn("cos_axis_pc1_unadjusted") { .number($0.unadjusted) }
    CSVColumn("role_groups") { .integer($0.groups?.influence.groups.count) }
    intervalColumns("cos_axis_pc1_groups") { $0.groups?.influence.cosine }
    CSVColumn("verdict_groups") { $0.groups?.outcome.map { .text($0.rawValue) } ?? .empty }
    CSVColumn("carrying_groups") { .text(($0.groups?.carriers ?? []).map(\.axis.name).joined(separator: "; ")) }
    CSVColumn("groups_note") { $0.groups?.influence.groups.unresampled.map { .text($0.words) } ?? .empty }
  }

  static func layers(_ fit: FitResult) -> CSVTable {
    layerSchema.table { take in
      let choice = fit.choice?.index
      for (index, (layer, space)) in zip(fit.layers, fit.spaces).enumerated() {
        let unadjusted = fit.unadjustedCosines.isEmpty ? nil : fit.unadjustedCosines[index]
        try take(
          LayerRow(fit: fit, layer: layer, space: space, isChosen: index == choice, unadjusted: unadjusted))
      }
    }
  }

  struct ComponentRow {
    let layer: Int
    let space: LayerSpace
    /// The component, from 0.
    let index: Int
    let ratio, cumulativeRatio: Double

    /// The highest share of permuted data at this rank; nil where nothing was permuted.
    var chance: Double? {
      let highest = space.uncertainty?.parallel.highest ?? []
      let total = space.components.variance.reduce(0, +)
      return index < highest.count && total > 0 ? highest[index] / total : nil
    }
  }

  static let componentSchema = CSVSchema<ComponentRow> {
    CSVColumn("layer") { .integer($0.layer) }
    CSVColumn("component") { .integer($0.index + 1) }
    CSVColumn("variance") { .number($0.space.components.variance[$0.index]) }
    CSVColumn("variance_ratio") { .number($0.ratio) }
    CSVColumn("cumulative_ratio") { .number($0.cumulativeRatio) }
    CSVColumn("cos_axis") { .number($0.space.assistant?.componentCosines[$0.index]) }
    CSVColumn("default_score") { .number($0.space.components.referenceScores?[$0.index]) }
    CSVColumn(
      "variance_ratio_chance",
      "The highest share of the variance that the component of this rank has in the permuted data of the parallel analysis."
    ) { .number($0.chance) }
  }

  static func components(_ fit: FitResult) -> CSVTable {
    componentSchema.table { take in
      for (layer, space) in zip(fit.layers, fit.spaces) {
        let (ratios, sums) = (space.components.varianceRatio, space.components.cumulativeRatio)
        for index in space.components.variance.indices {
          try take(
            ComponentRow(
              layer: layer, space: space, index: index, ratio: ratios[index], cumulativeRatio: sums[index]))
        }
      }
    }
  }

  struct NullRow {
    let layer: Int
    let space: LayerSpace
    let null: AxisNulls.Null
  }

  static let nullSchema = CSVSchema<NullRow> {
    CSVColumn("layer") { .integer($0.layer) }
    CSVColumn("null") { .text($0.null.kind.rawValue) }
    CSVColumn("cos_axis_pc1") { .number($0.space.assistant?.componentCosines[0]) }
    CSVColumn("null_95") { .number($0.null.quantile) }
    CSVColumn("p") { .number($0.null.probability) }
    CSVColumn("draws") { $0.null.draws > 0 ? .integer($0.null.draws) : .empty }
  }

  /// One row a layer and kind of direction.
  static func nulls(_ fit: FitResult) -> CSVTable {
    nullSchema.table { take in
      for (layer, space) in zip(fit.layers, fit.spaces) {
        for null in space.uncertainty?.nulls ?? [] { try take(NullRow(layer: layer, space: space, null: null)) }
      }
    }
  }

  struct SplitRow {
    let layer: Int
    let split: ResponseSplit
    let halves: SplitHalf?
  }

  static let splitSchema = CSVSchema<SplitRow> {
    CSVColumn("layer") { .integer($0.layer) }
    CSVColumn("split") { .text($0.split.division.rawValue) }
    CSVColumn("roles") { .integer($0.split.roles) }
    CSVColumn("responses_a") { .integer($0.split.responses[0]) }
    CSVColumn("responses_b") { .integer($0.split.responses[1]) }
    CSVColumn("default_responses_a") { .integer($0.split.assistantResponses[0]) }
    CSVColumn("default_responses_b") { .integer($0.split.assistantResponses[1]) }
    CSVColumn("cos_axis") { .number($0.halves?.axisCosine) }
    CSVColumn("cos_pc1") { .number($0.halves?.componentCosine) }
    CSVColumn("position_spearman") { .number($0.halves?.positionSpearman) }
    CSVColumn("cos_axis_pc1_across") { .number($0.halves?.acrossCosine) }
  }

  /// One row a layer and division of the responses.
  static func splits(_ fit: FitResult) -> CSVTable {
    splitSchema.table { take in
      for split in fit.splits {
        for (layer, halves) in zip(fit.layers, split.layers) {
          try take(SplitRow(layer: layer, split: split, halves: halves))
        }
      }
    }
  }

  static func roles(_ fit: FitResult, components kept: Int) -> CSVTable {
    SpaceRolesTable.table(fit, components: kept)
  }
}
