internal import Dumps
internal import Files
internal import PersonaSpace
internal import Statistics

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
    /// How halves of the questions scatter; nil of other divisions, and where it is not known.
    let draws: SplitHalfDraws?

    /// The interval of value `index` of the halves.
    func interval(_ index: Int) -> Interval? { halves.flatMap { draws?.intervals(of: $0)[index] } }
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
    halfInterval("cos_axis", .cosine, 0)
    halfInterval("cos_pc1", .absoluteCosine, 1)
    halfInterval("position_spearman", .correlation, 2)
    halfInterval("cos_axis_pc1_across", .absoluteCosine, 3)
  }

  private static func halfInterval(_ name: String, _ unit: ColumnUnit, _ index: Int) -> [CSVColumn<SplitRow>] {
    let empty =
      "the halves are of prompts, or the error of measuring roles is not known (question_samples of layers.csv is empty)"
    return [
      CSVColumn(
        "\(name)_low", "Lower end of the 95 % interval of \(name): of roles and questions drawn anew.", unit,
        empty: empty
      ) { .number($0.interval(index)?.low) },
      CSVColumn("\(name)_high", "Upper end of that interval.", unit, empty: empty) {
        .number($0.interval(index)?.high)
      },
    ]
  }

  /// One row a layer and division of the responses.
  static func splits(_ fit: FitResult) -> CSVTable {
    splitSchema.table { take in
      for split in fit.splits {
        for (index, halves) in split.layers.enumerated() {
          try take(
            SplitRow(
              layer: fit.layers[index], split: split, halves: halves,
              draws: split.division == .questions ? fit.spaces[index].uncertainty?.splitHalves : nil))
        }
      }
    }
  }
}
