internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics

/// `roles.csv` of a fitted space: one row a role and layer, in name order, and one for the default.
enum SpaceRolesTable {
  struct Row {
    let fit: FitResult
    let layer: Int
    let space: LayerSpace
    /// The role, by its place among the names; nil for the default.
    let index: Int?

    var name: String { index.map { fit.roles[$0] } ?? fit.assistantName }
    var reading: AxisReading? {
      index.map { space.assistant?.roles[$0] } ?? space.assistant?.assistant
    }
    /// The score on component `component`, from 0; nil where the layer has fewer.
    func score(_ component: Int) -> Double? {
      guard let index else { return space.components.referenceScores?[component] }
      return component < space.components.scores.columns ? space.components.scores[index, component] : nil
    }
    var position: Interval? { index.flatMap { space.uncertainty?.bootstrap?.positions[$0] } }
    /// The axis position without the error of measuring roles and default, about which the interval is.
    var corrected: Double? { index.flatMap { space.uncertainty?.bootstrap?.measured?.positions[$0] } }
    var influence: Double? {
      guard let index, let uncertainty = space.uncertainty, !uncertainty.influence.isEmpty else { return nil }
      return uncertainty.influence[index]
    }
  }

  /// The columns where `kept` components are kept.
  static func schema(components kept: Int) -> CSVSchema<Row> {
    CSVSchema<Row> {
      CSVColumn("layer", "The layer.", .layer) { .integer($0.layer) }
      CSVColumn("role", "The role; the default has a row of its own.") { .text($0.name) }
      CSVColumn("group", "Its group in roles.csv of the dump.", empty: "it has none") {
        .text($0.fit.labels[$0.name].group)
      }
      CSVColumn("level", "Its level there.", empty: "it has none") { .text($0.fit.labels[$0.name].level) }
      // The count of responses behind a vector is known only where responses were averaged.
      CSVColumn("count", "The responses behind its vector.", .count, empty: "vectors were dumped as such") {
        .integer($0.fit.counts[$0.name])
      }
      readingColumns { $0.reading }
      CSVColumn(
        "rank", "Its rank along the axis; 1 is the most Assistant-like.", .rank,
        empty: "it is the default, or there is no axis"
      ) { row in .integer(row.index.flatMap { row.space.assistant?.ranks[$0] }) }
      (0..<kept).map { component in
        CSVColumn(
          "pc\(component + 1)", "Score on component \(component + 1), from the mean role.", .projection,
          empty: "the layer has fewer components, or vectors are without a default"
        ) { .number($0.score(component)) }
      }
      intervalColumns("axis_position", .position) { $0.position }
      CSVColumn(
        "axis_influence_degrees", "By how much the axis turns without the role.", .degrees,
        empty: "it is the default, or --bootstrap is 0"
      ) { .number($0.influence) }
      CSVColumn(
        "axis_position_corrected", "Axis position without the bias of errors of measuring roles.", .position,
        empty: "roles are vectors, not responses"
      ) { .number($0.corrected) }
    }
  }

  static func table(_ fit: FitResult, components kept: Int) -> CSVTable {
    schema(components: kept).table { take in
      for (layer, space) in zip(fit.layers, fit.spaces) {
        for index in fit.roles.indices { try take(Row(fit: fit, layer: layer, space: space, index: index)) }
        if space.assistant != nil { try take(Row(fit: fit, layer: layer, space: space, index: nil)) }
      }
    }
  }
}
