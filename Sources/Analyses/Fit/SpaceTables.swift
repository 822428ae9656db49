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
    CSVColumn("layer", "The layer.", .layer) { .integer($0.layer) }
    CSVColumn("roles", "The roles, the default not counted.", .count) { .integer($0.fit.roles.count) }
    CSVColumn("hidden_size", "The dimensions of the residual stream.", .count) { .integer($0.fit.hiddenSize) }
    CSVColumn("axis_norm", "Length of the axis, default − mean role.", .length, empty: "there is no default") {
      .number($0.space.assistant?.axis.norm)
    }
    CSVColumn(
      "cos_axis_pc1", "Cosine of axis and first component, which is oriented by the default.", .absoluteCosine,
      empty: "there is no default"
    ) { .number($0.space.assistant?.componentCosines[0]) }
    intervalColumns("cos_axis_pc1", .absoluteCosine) { $0.bootstrap?.cosine }
    CSVColumn("pc1_variance_ratio", "The share of the roles' variance along the first component.", .share) {
      .number($0.space.components.varianceRatio[0])
    }
    intervalColumns("pc1_variance_ratio", .share) { $0.bootstrap?.varianceRatio }
    CSVColumn("components_70", "Components that explain 70 % of the variance.", .count) {
      .integer($0.space.components.count(forVariance: 0.7))
    }
    CSVColumn("components_80", "Components that explain 80 %.", .count) {
      .integer($0.space.components.count(forVariance: 0.8))
    }
    CSVColumn("components_90", "Components that explain 90 %.", .count) {
      .integer($0.space.components.count(forVariance: 0.9))
    }
    CSVColumn("components_95", "Components that explain 95 %.", .count) {
      .integer($0.space.components.count(forVariance: 0.95))
    }
    CSVColumn(
      "axis_stability", "Mean |cosine| of bootstrap samples' axes with the axis.", .absoluteCosine,
      empty: "--bootstrap is under 40, or there are fewer than 5 roles"
    ) { .number($0.bootstrap?.axisStability?.mean) }
    CSVColumn(
      "axis_stability_low", "Its 2.5th percentile over samples.", .absoluteCosine,
      empty: "--bootstrap is under 40, or there are fewer than 5 roles"
    ) { .number($0.bootstrap?.axisStability?.low) }
    CSVColumn(
      "pc1_stability", "Mean |cosine| of bootstrap samples' first components with the first component.",
      .absoluteCosine, empty: "--bootstrap is under 40, or there are fewer than 5 roles"
    ) { .number($0.bootstrap?.componentStability?.mean) }
    CSVColumn(
      "pc1_stability_low", "Its 2.5th percentile over samples.", .absoluteCosine,
      empty: "--bootstrap is under 40, or there are fewer than 5 roles"
    ) { .number($0.bootstrap?.componentStability?.low) }
    CSVColumn(
      "default_percentile", "The share of roles that score below the default on the first component.", .share,
      empty: "there is no default"
    ) { .number($0.space.assistant?.extremity.percentile) }
    CSVColumn(
      "default_relative", "The default's place in the range of the first component; 1 is the Assistant's edge.", .share,
      empty: "there is no default"
    ) { .number($0.space.assistant?.extremity.relative) }
    CSVColumn(
      "random_null_95", "95th percentile of |cosine| of a random direction and the first component.", .absoluteCosine,
      empty: "there is no default"
    ) { .number($0.space.assistant?.randomNull) }
    CSVColumn("massive_share", "The largest share of the squared norm of all vectors that one dimension holds.", .share)
    { .number($0.space.massive.shares[0]) }
    CSVColumn("verdict", "found, weak, inconclusive or absent.", .word, empty: "there is no default") {
      .text($0.space.assistant?.verdict.outcome.rawValue)
    }
    CSVColumn(
      "components_above_chance", "Components with more variance than chance gives (parallel analysis).", .count,
      empty: "--bootstrap is 0"
    ) { .integer($0.space.uncertainty?.parallel.components) }
    CSVColumn("replicates", "The bootstrap samples that have a first component.", .count, empty: "--bootstrap is 0") {
      .integer($0.bootstrap?.replicates)
    }
    CSVColumn(
      "default_samples", "The responses, or questions, of the default that were resampled.", .count,
      empty: "the default is one vector"
    ) { .integer($0.space.uncertainty?.assistantSamples) }
    CSVColumn("recommended", "yes: the layer to read.", .word, empty: "it is another one") {
      $0.isChosen ? .text("yes") : .empty
    }
    CSVColumn("dropped_dimensions", "Dimensions that were dropped (--drop-dimensions).", empty: "none was") {
      .text($0.dropped.map(String.init).joined(separator: " "))
    }
    CSVColumn("scale", "The scaling of dimensions: none, or as --scale says.", .word) {
      .text($0.fit.scaling.scale.rawValue)
    }
    CSVColumn(
      "massive_dimensions", "Dimensions that hold at least 10 times an even share of the squared norm.",
      empty: "there is none"
    ) { .text($0.massive.map(String.init).joined(separator: " ")) }
    CSVColumn("cos_axis_pc1_without_massive", "cos_axis_pc1 without them.", .absoluteCosine, empty: "there is none") {
      .number($0.space.withoutMassive?.cosine)
    }
    CSVColumn(
      "massive_carries", "yes or no: whether the verdict would be lower without them.", .word, empty: "there is none"
    ) {
      $0.space.assistant?.verdict.evidence.massiveCarries.map { .text($0 ? "yes" : "no") } ?? .empty
    }
    CSVColumn(
      "question_samples", "The questions that were resampled for all roles together.", .count,
      empty: "roles are vectors, not responses"
    ) { .integer($0.bootstrap?.measured?.questions) }
    CSVColumn(
      "cos_axis_pc1_corrected", "cos_axis_pc1 without the bias of errors of measuring roles.", .absoluteCosine,
      empty: "roles are vectors, not responses"
    ) { .number($0.bootstrap?.measured?.cosine) }
    CSVColumn(
      "pc1_variance_ratio_corrected", "pc1_variance_ratio without that bias.", .share,
      empty: "roles are vectors, not responses"
    ) { .number($0.bootstrap?.measured?.varianceRatio) }
    CSVColumn(
      "cos_axis_pc1_unadjusted", "cos_axis_pc1 with the questions still in the role vectors.", .absoluteCosine,
      empty: "nothing was adjusted"
    ) { .number($0.unadjusted) }
    CSVColumn(
      "role_groups", "Groups of roles, a role without one counted as one.", .count,
      empty: "roles.csv of the dump has no groups"
    ) { .integer($0.groups?.influence.groups.count) }
    intervalColumns("cos_axis_pc1_groups", .absoluteCosine) { $0.groups?.influence.cosine }
    CSVColumn(
      "verdict_groups", "The verdict by the interval over whole groups.", .word, empty: "there is no such interval"
    ) { $0.groups?.outcome.map { .text($0.rawValue) } ?? .empty }
    CSVColumn("carrying_groups", "Groups without which the verdict is another one.", empty: "there is none") {
      .text(($0.groups?.carriers ?? []).map(\.axis.name).joined(separator: "; "))
    }
    CSVColumn("groups_note", "Why there is no interval over groups.", empty: "there is one, or there are no groups") {
      $0.groups?.influence.groups.unresampled.map { .text($0.words) } ?? .empty
    }
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
  }

  static let componentSchema = CSVSchema<ComponentRow> {
    CSVColumn("layer", "The layer.", .layer) { .integer($0.layer) }
    CSVColumn("component", "The component.", .rank) { .integer($0.index + 1) }
    CSVColumn("variance", "The variance of the roles along it, divisor R − 1.", .squaredLength) {
      .number($0.space.components.variance[$0.index])
    }
    CSVColumn("variance_ratio", "Its share of the roles' variance.", .share) { .number($0.ratio) }
    CSVColumn("cumulative_ratio", "The share of it and of those before it.", .share) { .number($0.cumulativeRatio) }
    CSVColumn("cos_axis", "Cosine of component and axis.", .cosine, empty: "there is no default") {
      .number($0.space.assistant?.componentCosines[$0.index])
    }
    CSVColumn(
      "default_score", "The default's score on it, from the mean role.", .projection, empty: "there is no default"
    ) { .number($0.space.components.referenceScores?[$0.index]) }
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
    CSVColumn("layer", "The layer.", .layer) { .integer($0.layer) }
    CSVColumn("null", "random_direction, shuffled_axis, role_span_orthogonal, other_role.", .word) {
      .text($0.null.kind.rawValue)
    }
    CSVColumn(
      "cos_axis_pc1", "Cosine of axis and first component, which is oriented by the default.", .absoluteCosine,
      empty: "there is no default"
    ) { .number($0.space.assistant?.componentCosines[0]) }
    CSVColumn(
      "null_95", "95th percentile of |cosine| of such a direction and the first component.", .absoluteCosine,
      empty: "it cannot be drawn"
    ) { .number($0.null.quantile) }
    CSVColumn(
      "p", "Probability that such a direction has a |cosine| as high as the axis.", .probability,
      empty: "it cannot be drawn"
    ) { .number($0.null.probability) }
    CSVColumn("draws", "The directions drawn.", .count, empty: "the distribution is known in closed form") {
      $0.null.draws > 0 ? .integer($0.null.draws) : .empty
    }
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
    CSVColumn("layer", "The layer.", .layer) { .integer($0.layer) }
    CSVColumn("split", "The division of the responses: as --split-half says.", .word) {
      .text($0.split.division.rawValue)
    }
    CSVColumn("roles", "The roles, the default not counted.", .count) { .integer($0.split.roles) }
    CSVColumn("responses_a", "Responses in the first half.", .count) { .integer($0.split.responses[0]) }
    CSVColumn("responses_b", "Responses in the second half.", .count) { .integer($0.split.responses[1]) }
    CSVColumn("default_responses_a", "The default's responses in the first half.", .count) {
      .integer($0.split.assistantResponses[0])
    }
    CSVColumn("default_responses_b", "The default's responses in the second half.", .count) {
      .integer($0.split.assistantResponses[1])
    }
    CSVColumn("cos_axis", "Cosine of the axes of both halves.", .cosine, empty: "a half has no axis") {
      .number($0.halves?.axisCosine)
    }
    CSVColumn(
      "cos_pc1", "|cosine| of the first components of the halves.", .absoluteCosine, empty: "a half has no axis"
    ) { .number($0.halves?.componentCosine) }
    CSVColumn(
      "position_spearman", "Rank correlation of the roles' axis positions in the halves.", .correlation,
      empty: "a half has no axis"
    ) { .number($0.halves?.positionSpearman) }
    CSVColumn(
      "cos_axis_pc1_across",
      "|cosine| of the axis of one half and the first component of the other, mean of both ways.", .absoluteCosine,
      empty: "a half has no axis"
    ) { .number($0.halves?.acrossCosine) }
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
