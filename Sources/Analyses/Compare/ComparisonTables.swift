internal import Files
internal import PersonaSpace
internal import Statistics

/// `comparison.csv` and `movers.csv`, in the columns of the interface, and what is beside them behind those.
enum ComparisonTables {
  struct MeasureRow {
    let pair: CompareResult.Pair
    let layer: CompareResult.Layer
    let row: MeasuredComparison

    /// The component of the other space that the measure's component was matched with.
    var match: Int? {
      let index = (row.measure.index ?? 1) - 1
      return row.measure.kind == .matchedLoadingPearson && index < layer.matching.count ? layer.matching[index] : nil
    }
  }

  static let measureSchema = CSVSchema<MeasureRow> {
    CSVColumn("a", "The first space.") { .text($0.pair.a) }
    CSVColumn("b", "The second space.") { .text($0.pair.b) }
    CSVColumn("layer_a", "Its layer in a.", .layer) { .integer($0.layer.layerA) }
    CSVColumn("layer_b", "Its layer in b.", .layer) { .integer($0.layer.layerB) }
    CSVColumn("common_roles", "The roles that both have, to which both are fitted again.", .count) {
      .integer($0.pair.common.count)
    }
    CSVColumn("measure", "What is compared: docs/numerics.md defines each.", .word) { .text($0.row.measure.name) }
    CSVColumn("value", "Its value.", .number, empty: "it is not defined") { .number($0.row.value) }
    CSVColumn(
      "low", "Lower end of its 95 % interval, over roles.", .number,
      empty: "--bootstrap is under 40, or there are fewer than 5 roles"
    ) { .number($0.row.interval?.low) }
    CSVColumn("high", "Upper end of the interval.", .number, empty: "there is no lower end") {
      .number($0.row.interval?.high)
    }
    CSVColumn(
      "null_95", "What 95 % of pairs with roles permuted do not reach.", .number,
      empty: "chance has no meaning for it, or --bootstrap is 0"
    ) { .number($0.row.null) }
    CSVColumn(
      "p", "Probability of as large a value with roles permuted.", .probability,
      empty: "chance has no meaning for it, or --bootstrap is 0"
    ) { .number($0.row.probability) }
    CSVColumn("draws", "The permutations drawn.", .count) { .integer($0.row.draws) }
    CSVColumn("replicates", "The bootstrap samples it rests on.", .count) { .integer($0.row.replicates) }
    CSVColumn(
      "component_b", "The component of b that was matched with this one of a.", .rank, empty: "nothing is matched"
    ) { .integer($0.match) }
    CSVColumn(
      "corrected", "The value without the bias that errors of measuring roles give.", .number,
      empty: "errors are not known (note), or it has no such value"
    ) { .number($0.row.measure.index == nil ? $0.layer.corrected[$0.row.measure.kind] : nil) }
    CSVColumn(
      "ceiling", "What two measurements of one and the same model would show on average.", .number,
      empty: "errors are not known (note)"
    ) { .number($0.layer.ceilings[$0.row.measure]?.mean) }
    CSVColumn("ceiling_95", "What 95 % of such pairs stay within.", .number, empty: "errors are not known (note)") {
      .number($0.layer.ceilings[$0.row.measure]?.outer)
    }
    CSVColumn("note", "Why cells are empty.", empty: "nothing is missing") {
      $0.layer.unknown.map { .text($0.words) } ?? .empty
    }
  }

  static func comparison(_ result: CompareResult) -> CSVTable {
    measureSchema.table { take in
      for pair in result.pairs {
        for layer in pair.layers {
          for row in layer.measures { try take(MeasureRow(pair: pair, layer: layer, row: row)) }
        }
      }
    }
  }

  struct MoverRow {
    let pair: CompareResult.Pair
    let layer: CompareResult.Layer
    let mover: CompareResult.Mover
  }

  static let moverSchema = CSVSchema<MoverRow> {
    CSVColumn("a", "The first space.") { .text($0.pair.a) }
    CSVColumn("b", "The second space.") { .text($0.pair.b) }
    CSVColumn("role", "The role.") { .text($0.mover.role) }
    CSVColumn("position_a", "Its axis position in a.", .position) { .number($0.mover.positionA) }
    CSVColumn("position_b", "Its axis position in b.", .position) { .number($0.mover.positionB) }
    CSVColumn("change", "position_b − position_a.", .positionChange) { .number($0.mover.change) }
    CSVColumn(
      "low", "Lower end of the 95 % interval of the change, over the choice of the other roles.", .positionChange,
      empty: "--bootstrap is under 40, or there are fewer than 5 roles"
    ) { .number($0.mover.interval?.low) }
    CSVColumn(
      "high", "Upper end of that interval.", .positionChange,
      empty: "--bootstrap is under 40, or there are fewer than 5 roles"
    ) { .number($0.mover.interval?.high) }
    CSVColumn("layer_a", "Its layer in a.", .layer) { .integer($0.layer.layerA) }
    CSVColumn("layer_b", "Its layer in b.", .layer) { .integer($0.layer.layerB) }
    CSVColumn("rank_a", "Its rank in a; 1 is the most Assistant-like.", .rank) { .integer($0.mover.rankA) }
    CSVColumn("rank_b", "Its rank in b.", .rank) { .integer($0.mover.rankB) }
    CSVColumn(
      "p",
      "Probability that measurement alone makes as large a change; without errors of measurement, that a role of such a set changes as far off the median.",
      .probability, empty: "neither is told"
    ) { .number($0.mover.probability) }
    CSVColumn("q", "p adjusted over roles (Benjamini and Hochberg).", .probability, empty: "there is no p") {
      .number($0.mover.falseDiscoveryRate)
    }
    CSVColumn(
      "change_corrected", "The change without the bias of errors of measurement.", .positionChange,
      empty: "errors are not known (note)"
    ) { .number($0.mover.measured?.value) }
    CSVColumn(
      "measurement_error", "Standard error of the change from measuring the role twice.", .positionSpread,
      empty: "errors are not known (note)"
    ) { .number($0.mover.measured?.error) }
    CSVColumn(
      "moved", "yes: farther than measurement alone makes it, at a false discovery rate of 5 %; no: not shown.", .word,
      empty: "errors are not known (note)"
    ) { $0.mover.hasMoved.map { .text($0 ? "yes" : "no") } ?? .empty }
    CSVColumn("note", "Why cells are empty.", empty: "nothing is missing") { row in
      if let unknown = row.layer.unknown { return .text(unknown.words) }
      return row.mover.measured == nil ? .text("answers to one question, or group of questions, alone") : .empty
    }
  }

  /// Of one layer: the one that is shown.
  static func movers(_ result: CompareResult) -> CSVTable {
    moverSchema.table { take in
      for pair in result.pairs {
        for mover in pair.movers { try take(MoverRow(pair: pair, layer: pair.layers[result.shown], mover: mover)) }
      }
    }
  }
}
