internal import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics

/// `conversations.csv`, `curves.csv`, `superposition.csv` and `conditions.csv`.
enum DriftTables {
  static func conversations(_ drifts: [DriftResult.Conversation]) -> String {
    var table = CSVText(columns: [
      "conversation", "domain", "condition", "sample", "layer", "turns", "start", "end", "change", "mean", "minimum",
      "slope", "max_drawdown", "below_threshold", "displacement", "absolute_displacement", "steps", "mean_step",
      "absolute_step", "first_crossing", "change_point", "change_point_shift", "change_point_share", "change_point_p",
    ])
    for row in drifts {
      let (drift, point) = (row.drift, row.changePoint)
      table.append(
        keyCells(row.key) + [
          .integer(row.layer), .integer(drift.turns), .number(drift.start), .number(drift.end), .number(drift.change),
          .number(drift.mean), .number(drift.minimum), .number(drift.slope), .number(drift.maximumDrawdown),
          .number(drift.belowThreshold), .number(drift.displacement), .number(drift.absoluteDisplacement),
          .integer(drift.steps), .number(drift.meanStep), .number(drift.meanAbsoluteStep),
          .integer(drift.firstCrossing), .integer(point?.turn), .number(point?.shift), .number(point?.share),
          .number(point?.probability),
        ])
    }
    return table.text
  }

  static func curves(_ groups: [DriftResult.Group]) -> String {
    var table = CSVText(columns: [
      "domain", "condition", "layer", "turn", "conversations", "mean", "low", "high", "sd", "change", "change_low",
      "change_high", "step", "step_low", "step_high",
    ])
    for group in groups {
      for point in group.curve {
        var row: [CSVText.Cell] = [
          .text(group.domainName), .text(group.condition), .integer(group.layer), .integer(point.turn),
          .integer(point.conversations),
        ]
        row += cells(point.mean) + [.number(point.standardDeviation)]
        table.append(row + cells(point.change) + cells(point.step))
      }
    }
    return table.text
  }

  /// The trend is of the whole group, and stands on each of its rows.
  static func superposition(_ groups: [DriftResult.Group]) -> String {
    var table = CSVText(columns: [
      "domain", "condition", "layer", "turn", "conversations", "samples", "spread", "spread_low", "spread_high",
      "trend",
      "trend_low", "trend_high",
    ])
    for group in groups {
      guard let superposition = group.superposition else { continue }
      for point in superposition.points {
        let row: [CSVText.Cell] = [
          .text(group.domainName), .text(group.condition), .integer(group.layer), .integer(point.turn),
          .integer(point.conversations), .integer(point.samples),
        ]
        table.append(row + cells(point.spread) + cells(superposition.trend))
      }
    }
    return table.text
  }

  static func contrasts(_ result: DriftResult) -> String {
    var table = CSVText(columns: [
      "a", "b", "domain", "layer", "measure", "conversations_a", "conversations_b", "paired", "unpaired", "value_a",
      "value_b", "difference", "difference_low", "difference_high", "reduction", "reduction_low", "reduction_high", "p",
      "q",
    ])
    for row in result.contrasts {
      let contrast = row.contrast
      var cells: [CSVText.Cell] = [
        .text(result.comparison[0]), .text(result.comparison[1]), .text(row.domain ?? DriftResult.Group.everyDomain),
        .integer(row.layer), .text(contrast.measure.rawValue), .integer(contrast.firstCount),
        .integer(contrast.secondCount), .integer(contrast.paired), .integer(contrast.unpaired),
      ]
      cells += [.number(contrast.first), .number(contrast.second)]
      cells += Self.cells(contrast.difference) + Self.cells(contrast.reduction)
      table.append(cells + [.number(contrast.probability), .number(row.falseDiscoveryRate)])
    }
    return table.text
  }

  /// The number and its ends; empty cells where there are none.
  static func cells(_ estimate: Estimate?) -> [CSVText.Cell] {
    [.number(estimate?.value), .number(estimate?.interval?.low), .number(estimate?.interval?.high)]
  }
}
