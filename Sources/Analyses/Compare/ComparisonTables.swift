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
    CSVColumn("a") { .text($0.pair.a) }
    CSVColumn("b") { .text($0.pair.b) }
    CSVColumn("layer_a") { .integer($0.layer.layerA) }
    CSVColumn("layer_b") { .integer($0.layer.layerB) }
    CSVColumn("common_roles") { .integer($0.pair.common.count) }
    CSVColumn("measure") { .text($0.row.measure.name) }
    CSVColumn("value") { .number($0.row.value) }
    CSVColumn("low") { .number($0.row.interval?.low) }
    CSVColumn("high") { .number($0.row.interval?.high) }
    CSVColumn("null_95") { .number($0.row.null) }
    CSVColumn("p") { .number($0.row.probability) }
    CSVColumn("draws") { .integer($0.row.draws) }
    CSVColumn("replicates") { .integer($0.row.replicates) }
    CSVColumn("component_b") { .integer($0.match) }
    CSVColumn("corrected") { .number($0.row.measure.index == nil ? $0.layer.corrected[$0.row.measure.kind] : nil) }
    CSVColumn("ceiling") { .number($0.layer.ceilings[$0.row.measure]?.mean) }
    CSVColumn("ceiling_95") { .number($0.layer.ceilings[$0.row.measure]?.outer) }
    CSVColumn("note") { $0.layer.unknown.map { .text($0.words) } ?? .empty }
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
    CSVColumn("a") { .text($0.pair.a) }
    CSVColumn("b") { .text($0.pair.b) }
    CSVColumn("role") { .text($0.mover.role) }
    CSVColumn("position_a") { .number($0.mover.positionA) }
    CSVColumn("position_b") { .number($0.mover.positionB) }
    CSVColumn("change") { .number($0.mover.change) }
    CSVColumn("low") { .number($0.mover.interval?.low) }
    CSVColumn("high") { .number($0.mover.interval?.high) }
    CSVColumn("layer_a") { .integer($0.layer.layerA) }
    CSVColumn("layer_b") { .integer($0.layer.layerB) }
    CSVColumn("rank_a") { .integer($0.mover.rankA) }
    CSVColumn("rank_b") { .integer($0.mover.rankB) }
    CSVColumn("p") { .number($0.mover.probability) }
    CSVColumn("q") { .number($0.mover.falseDiscoveryRate) }
    CSVColumn("change_corrected") { .number($0.mover.measured?.value) }
    CSVColumn("measurement_error") { .number($0.mover.measured?.error) }
    CSVColumn("moved") { $0.mover.hasMoved.map { .text($0 ? "yes" : "no") } ?? .empty }
    CSVColumn("note") { row in
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
