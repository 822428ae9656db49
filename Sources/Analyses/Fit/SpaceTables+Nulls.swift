internal import Dumps
internal import Files
internal import PersonaSpace

/// `nulls.csv` and `splits.csv`: what the axis is held against.
extension SpaceTables {
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
}
