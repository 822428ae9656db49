internal import Files
internal import PersonaSpace
internal import Statistics

/// `comparison.csv` and `movers.csv`, in the columns of the interface, and what is beside them behind those.
enum ComparisonTables {
  static func comparison(_ result: CompareResult) -> String {
    var table = CSVText(columns: [
      "a", "b", "layer_a", "layer_b", "common_roles", "measure", "value", "low", "high", "null_95", "p", "draws",
      "replicates", "component_b",
    ])
    for pair in result.pairs {
      for layer in pair.layers {
        for row in layer.measures {
          let index = (row.measure.index ?? 1) - 1
          let isMatched = row.measure.kind == .matchedLoadingPearson && index < layer.matching.count
          table.append([
            .text(pair.a), .text(pair.b), .integer(layer.layerA), .integer(layer.layerB),
            .integer(pair.common.count), .text(row.measure.name), .number(row.value), .number(row.interval?.low),
            .number(row.interval?.high), .number(row.null), .number(row.probability), .integer(row.draws),
            .integer(row.replicates), isMatched ? .integer(layer.matching[index]) : .empty,
          ])
        }
      }
    }
    return table.text
  }

  /// Of one layer: the one that is shown.
  static func movers(_ result: CompareResult) -> String {
    var table = CSVText(columns: [
      "a", "b", "role", "position_a", "position_b", "change", "low", "high", "layer_a", "layer_b", "rank_a", "rank_b",
    ])
    for pair in result.pairs {
      let layer = pair.layers[result.shown]
      for mover in pair.movers {
        table.append([
          .text(pair.a), .text(pair.b), .text(mover.role), .number(mover.positionA), .number(mover.positionB),
          .number(mover.change), .number(mover.interval?.low), .number(mover.interval?.high), .integer(layer.layerA),
          .integer(layer.layerB), .integer(mover.rankA), .integer(mover.rankB),
        ])
      }
    }
    return table.text
  }
}
