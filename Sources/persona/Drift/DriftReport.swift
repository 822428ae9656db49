internal import Analyses
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics

/// What `drift` prints: the domains in one layer.
struct DriftReport {
  let text: String

  init(_ drift: DriftResult, layer: Int) {
    let groups = drift.groups(layer: layer)
    let hasConditions = groups.contains { !$0.condition.isEmpty }
    var parts = [Self.drifts(drift, layer, hasConditions), TetherReport(drift, layer: layer, hasConditions).text]
    parts += Self.conditions(groups).map { [$0] } ?? []
    parts += Self.superposition(drift, layer, hasConditions).map { [$0] } ?? []
    parts += drift.comparison.isEmpty ? [] : [Self.comparison(drift, layer)]
    text = parts.joined(separator: "\n\n")
  }

  static func names(_ group: DriftResult.Group, _ hasConditions: Bool) -> [String] {
    [domain(group.domain)] + (hasConditions ? [group.condition.isEmpty ? "(none)" : shown(group.condition)] : [])
  }

  private static func domain(_ name: String?) -> String {
    guard let name else { return DriftResult.Group.everyDomain }
    return name.isEmpty ? "(none)" : shown(name)
  }

  private static func drifts(_ drift: DriftResult, _ layer: Int, _ hasConditions: Bool) -> String {
    var table = TextTable(
      ["domain"] + (hasConditions ? ["condition"] : []) + ["conversations", "start", "end", "change"]
        + (drift.isResampled ? ["95 %"] : []) + ["turn to turn", "turns below \(fixed(drift.threshold, 2))"])
    for group in drift.groups(layer: layer) {
      var row = names(group, hasConditions) + ["\(group.conversations)"]
      row += [fixed(group.start, 2), fixed(group.end, 2), fixed(group.change, 2)]
      if drift.isResampled { row.append(range(group.drift.change.interval, 2)) }
      table.append(row + [fixed(group.drift.meanAbsoluteStep.value, 2), percent(group.belowThreshold)])
    }
    var lines = [
      "Drift at layer \(layer)\(drift.layers.count > 1 ? " (the middle one)" : ""), in axis position: Assistant 1, mean role 0",
      table.text(),
    ]
    let users = drift.userGroups(layer: layer)
    if !users.isEmpty {
      let all = users.map {
        "\(names($0, hasConditions).joined(separator: " ")) \(fixed($0.start, 2)) to \(fixed($0.end, 2))"
      }
      lines.append("  (users' turns, first to last: \(all.joined(separator: "; ")))")
    }
    return lines.joined(separator: "\n")
  }

  /// Persistence under pressure: displacement and tether of the conditions side by side; nil of one.
  private static func conditions(_ groups: [DriftResult.Group]) -> String? {
    guard Set(groups.map(\.condition)).count > 1 else { return nil }
    var table = TextTable([
      "domain", "condition", "displacement", "95 %", "stiffness", "resting point", "wander", "turns below",
    ])
    for name in Set(groups.map(\.domain)).map({ $0 ?? "" }).sorted() {
      for group in groups where group.domain == name {
        let tether = (try? group.tether.get())?.tether
        table.append(
          names(group, true) + [
            fixed(group.drift.displacement.value, 2), range(group.drift.displacement.interval, 2),
            fixed(tether?.stiffness, 2), fixed(tether?.restingPoint, 2), fixed(tether?.residualNoise, 3),
            percent(group.belowThreshold),
          ])
      }
    }
    return """
      Persistence under pressure: displacement (mean of the later turns less the first) and tether by condition
      \(table.text())
      """
  }

  private static func superposition(_ drift: DriftResult, _ layer: Int, _ hasConditions: Bool) -> String? {
    let groups = drift.groups(layer: layer)
    guard groups.contains(where: { $0.superposition != nil }) else { return nil }
    var table = TextTable(
      ["domain"] + (hasConditions ? ["condition"] : [])
        + ["regenerated", "first turn", "last turn", "trend a turn", "95 %", "regenerations"])
    for group in groups {
      guard let found = group.superposition, let first = found.points.first, let last = found.points.last else {
        continue
      }
      let trend: String
      switch found.course {
      case .comeTogether: trend = "come together"
      case .moveApart: trend = "move apart"
      case .notShown: trend = "no trend is shown"
      case nil: trend = drift.isResampled ? "too few for an interval" : "–"
      }
      table.append(
        names(group, hasConditions) + [
          "\(first.conversations)", fixed(first.spread.value, 3), fixed(last.spread.value, 3),
          fixed(found.trend.value, 4), range(found.trend.interval, 4), trend,
        ])
    }
    return
      "Spread over regenerations of one conversation (standard deviation, in axis position), turn by turn\n\(table.text())"
  }

  private static func comparison(_ drift: DriftResult, _ layer: Int) -> String {
    let (a, b) = (shown(drift.comparison[0]), shown(drift.comparison[1]))
    var table = TextTable(["domain", "measure", a, b, "reduction", "95 %", "p", "q"])
    for row in drift.contrasts where row.layer == layer {
      let contrast = row.contrast
      let interval = contrast.reduction.interval.map { "\(percent($0.low)) to \(percent($0.high))" } ?? "–"
      table.append([
        domain(row.domain), contrast.measure.rawValue, fixed(contrast.first, 3), fixed(contrast.second, 3),
        percent(contrast.reduction.value), interval,
        contrast.probability.isNaN ? "–" : probability(contrast.probability),
        row.falseDiscoveryRate.isNaN ? "–" : probability(row.falseDiscoveryRate),
      ])
    }
    let all = drift.contrasts.last { $0.layer == layer }?.contrast
    let design = all.map {
      " (\($0.paired) conversations under both, \($0.unpaired) under one; p by permutation, q over domains)"
    }
    let mix =
      drift.differInDomains(layer: layer)
      ? "\n  (all): the conditions have their conversations in other domains, which counts as a difference; go by domain"
      : ""
    return "Drift under \(b) against \(a): reduction = 1 − \(b) / \(a)\(design ?? "")\n\(table.text())\(mix)"
  }
}

/// An interval in words; a dash for none.
func range(_ interval: Interval?, _ decimals: Int) -> String {
  interval.map { "\(fixed($0.low, decimals)) to \(fixed($0.high, decimals))" } ?? "–"
}
