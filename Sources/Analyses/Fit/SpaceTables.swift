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
    /// The interval of cos(axis, PC1) that holds for all layers at once.
    let simultaneous: Interval?
    /// How single answers lie along the axis.
    let agreement: AnswerAgreement?

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
    CSVColumn(
      "cos_axis_pc1_halves",
      "Mean |cosine| of the axis of half of the roles and the first component of the other half, over random halves; groups are kept whole.",
      .absoluteCosine, empty: "there are fewer than 10 roles, no default, or --bootstrap is 0"
    ) { .number($0.space.uncertainty?.roleHalves?.mean) }
    CSVColumn(
      "cos_axis_pc1_halves_low", "Its 2.5th percentile over halves: no confidence interval.", .absoluteCosine,
      empty: "cos_axis_pc1_halves is"
    ) { .number($0.space.uncertainty?.roleHalves?.range?.low) }
    CSVColumn(
      "cos_axis_pc1_halves_high", "Its 97.5th percentile over halves.", .absoluteCosine,
      empty: "cos_axis_pc1_halves is"
    ) { .number($0.space.uncertainty?.roleHalves?.range?.high) }
    CSVColumn(
      "cos_axis_pc1_simultaneous_low",
      "Lower end of the interval of cos_axis_pc1 that holds in all layers at once with 95 %, and so in the layer that is chosen.",
      .absoluteCosine, empty: "cos_axis_pc1_low is"
    ) { .number($0.simultaneous?.low) }
    CSVColumn(
      "cos_axis_pc1_simultaneous_high", "Upper end of that interval.", .absoluteCosine, empty: "cos_axis_pc1_low is"
    ) { .number($0.simultaneous?.high) }
    CSVColumn(
      "answers_told",
      "How often an answer of a role lies further from the Assistant than one of the default, along an axis of other questions; mean over roles, .5 by chance.",
      .share, empty: noAgreement
    ) { .number($0.agreement?.told.value) }
    intervalColumns("answers_told", .share) { $0.agreement?.told.interval }
    CSVColumn(
      "answers_score_correlation",
      "Spearman's correlation of an answer's score and its distance from the Assistant along an axis of other questions, among the answers of one role; mean over roles.",
      .correlation, empty: "\(noAgreement), or fewer than \(AnswerAgreement.leastRoles) roles have scores that differ"
    ) { .number($0.agreement?.scored?.value) }
    intervalColumns("answers_score_correlation", .correlation) { $0.agreement?.scored?.interval }
  }

  private static let noAgreement =
    "there is one layer, --bootstrap is 0, or the dump has no answers to several questions of the default and of five roles"

  static func layers(_ fit: FitResult) -> CSVTable {
    layerSchema.table { take in
      let choice = fit.choice?.index
      for (index, (layer, space)) in zip(fit.layers, fit.spaces).enumerated() {
        let unadjusted = fit.unadjustedCosines.isEmpty ? nil : fit.unadjustedCosines[index]
        try take(
          LayerRow(
            fit: fit, layer: layer, space: space, isChosen: index == choice, unadjusted: unadjusted,
            simultaneous: fit.simultaneous[index], agreement: fit.agreements.isEmpty ? nil : fit.agreements[index]))
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
    CSVColumn(
      "variance_ratio_chance",
      "The highest share of the variance that the component of this rank has in the permuted data of the parallel analysis.",
      .share, empty: "--bootstrap is 0"
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

  static func roles(_ fit: FitResult, components kept: Int) -> CSVTable {
    SpaceRolesTable.table(fit, components: kept)
  }
}
