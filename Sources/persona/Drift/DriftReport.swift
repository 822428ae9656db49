internal import Analyses
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics

/// What `drift` prints: the domains in one layer.
struct DriftReport {
  let text: String

  init(_ drift: DriftResult, _ shown: ShownLayer) {
    let layer = shown.number
    let groups = drift.groups(layer: layer)
    var parts = [Self.drifts(drift, shown), TetherReport(drift, layer: layer).text]
    parts += Self.conditions(groups, drift, layer).map { [$0] } ?? []
    parts += Self.superposition(groups, isResampled: drift.isResampled).map { [$0] } ?? []
    parts += drift.comparison.isEmpty ? [] : [Self.comparison(drift, layer)]
    text = parts.joined(separator: "\n\n")
  }

  private static func drifts(_ drift: DriftResult, _ shown: ShownLayer) -> String {
    let (layer, groups) = (shown.number, drift.groups(layer: shown.number))
    let isRelative = !groups.isEmpty && groups.allSatisfy { $0.relative != nil }
    let comparesLevels = drift.comparesLevels(layer: layer)
    let heads =
      ["n"] + (isRelative ? ["topic"] : []) + ["start", "end", "change"] + (drift.isResampled ? ["95 %"] : [])
      + ["turn to turn"] + (comparesLevels ? ["below \(fixed(drift.threshold, 2))"] : [])
    let table = namedTable(groups, groupNameHead(groups), heads) { group in
      let relative = isRelative ? group.relative : nil
      let below = relative?.belowThreshold.value ?? group.belowThreshold
      return ["\(group.conversations)"] + (relative.map { [fixed($0.baseline.value, 2)] } ?? [])
        + [
          fixed(relative?.start.value ?? group.start, 2), fixed(relative?.end.value ?? group.end, 2),
          fixed(group.change, 2),
        ]
        + (drift.isResampled ? [range(group.drift.change.interval, 2)] : [])
        + [fixed(group.drift.meanAbsoluteStep.value, 2)] + (comparesLevels ? [percent(below)] : [])
    }
    let title = "Drift at \(shown.words) of n conversations, in axis position: Assistant 1, mean role 0"
    var lines = [wrapped(title, indent: 0), table]
    if isRelative {
      lines.append(
        wrapped(
          "(topic: where the default itself answers the opening messages, without history; start, end and below: 1 + position − that)",
          indent: 2))
    } else if !comparesLevels {
      lines.append(wrapped(Self.topic, indent: 2))
    }
    lines += LengthReport.lines(groups, isResampled: drift.isResampled)
    let users = drift.userGroups(layer: layer)
    if !users.isEmpty {
      let all = users.map { "\(groupName($0)) \(fixed($0.start, 2)) to \(fixed($0.end, 2))" }
      lines.append(wrapped("(users' turns, first to last: \(all.joined(separator: "; ")))", indent: 2))
    }
    let own = drift.conversations.filter { $0.layer == layer }
    let short = own.count { $0.drift.turns < ChangePoint.leastTurnsTested }
    if drift.isResampled, short > 0 {
      lines.append(
        wrapped(
          "(no change_point_p for \(short) of \(own.count) conversations: with fewer than \(ChangePoint.leastTurnsTested) turns it cannot reach .05)",
          indent: 2))
    }
    return lines.joined(separator: "\n")
  }

  /// What is to be said of levels that the topic may have made.
  private static let topic =
    "(position is topic, too: domains that start at different places have not drifted there, and are not to be ranked by start or end. "
    + "The default's own answers to the opening messages would take the topic out: baseline/ of the dump, by dump_activations.py "
    + "--baseline. Changes within a conversation stand)"

  /// Persistence under pressure: displacement and tether of the conditions side by side; nil of one.
  private static func conditions(_ groups: [DriftResult.Group], _ drift: DriftResult, _ layer: Int) -> String? {
    guard Set(groups.map(\.condition)).count > 1 else { return nil }
    let ordered = groups.map { ([$0.domain ?? "", $0.persona], $0) }.enumerated()
      .sorted {
        ($0.element.0 + [""]).lexicographicallyPrecedes($1.element.0 + [""])
          || ($0.element.0 == $1.element.0 && $0.offset < $1.offset)
      }
      .map(\.element.1)
    // Where a domain lies is topic, too: how much of it is below a level says something only beside a baseline.
    let comparesLevels = drift.comparesLevels(layer: layer)
    let heads =
      ["moved", "95 %", "model", "leave", "come back", "rate"]
      + (comparesLevels ? ["below \(fixed(drift.threshold, 2))"] : [])
    let table = namedTable(ordered, groupNameHead(groups), heads) { group in
      let tether = group.tether
      return [
        fixed(group.drift.displacement.value, 2), range(group.drift.displacement.interval, 2),
        tether?.model.words ?? "–", fixed(tether?.states?.leave.value, 2), fixed(tether?.states?.comeBack.value, 2),
        fixed(tether?.walk?.reversionRate.value, 2),
      ] + (comparesLevels ? [percent(group.belowThreshold)] : [])
    }
    return """
      Persistence under pressure: by how much the later turns lie off the first (moved), and the tether
      \(table)
      """
  }

  private static func superposition(_ groups: [DriftResult.Group], isResampled: Bool) -> String? {
    let own = groups.filter { $0.superposition != nil }
    if own.isEmpty { return nil }
    let heads = ["n", "first turn", "last turn", "trend a turn", "95 %", "regenerations"]
    let table = namedTable(own, groupNameHead(own), heads) { group in
      guard let found = group.superposition, let first = found.points.first, let last = found.points.last else {
        return heads.map { _ in "–" }
      }
      let trend =
        switch found.course {
        case .comeTogether: "come together"
        case .moveApart: "move apart"
        case .notShown: found.trend.interval == nil ? "–" : "not told"
        case nil: isResampled ? "too few for an interval" : "–"
        }
      return [
        "\(first.conversations)", fixed(first.spread.value, 3), fixed(last.spread.value, 3),
        fixed(found.trend.value, 4), range(found.trend.interval, 4), trend,
      ]
    }
    return
      "Spread over regenerations of n conversations (standard deviation, in axis position), turn by turn;\n"
      + "  a trend outside its interval is excluded\n\(table)"
  }

  private static func comparison(_ drift: DriftResult, _ layer: Int) -> String {
    let (a, b) = (shown(drift.comparison[0]), shown(drift.comparison[1]))
    var table = TextTable(["domain", "measure", a, b, "reduction", "95 %", "p", "q"])
    for row in drift.contrasts where row.layer == layer {
      let contrast = row.contrast
      let interval = contrast.reduction.interval.map { "\(percent($0.low)) to \(percent($0.high))" } ?? "–"
      table.append([
        groupName(domain: row.domain, persona: row.persona, condition: ""), contrast.measure.rawValue,
        fixed(contrast.first, 3), fixed(contrast.second, 3),
        percent(contrast.reduction.value), interval,
        contrast.probability.isNaN ? "–" : probability(contrast.probability),
        row.falseDiscoveryRate.isNaN ? "–" : probability(row.falseDiscoveryRate),
      ])
    }
    let all = drift.contrasts.last { $0.layer == layer && $0.persona.isEmpty }?.contrast
    let design = all.map {
      " (\($0.paired) conversations under both, \($0.unpaired) under one; p by permutation, q over domains)"
    }
    let mix =
      drift.differInDomains(layer: layer)
      ? "\n  (all): the conditions have their conversations in other domains, which counts as a difference; go by domain"
      : ""
    let cut = cut(drift, layer, a, b)
    let remarks = mix + (cut ?? "")
    return "Drift under \(b) against \(a): reduction = 1 − \(b) / \(a)\(design ?? "")\n\(table.text())\(remarks)"
  }

  /// What is said of conversations that were cut to as many turns as both conditions have; nil if none were.
  private static func cut(_ drift: DriftResult, _ layer: Int, _ a: String, _ b: String) -> String? {
    let rows = drift.contrasts.filter {
      $0.layer == layer && $0.domain != nil && $0.cut != nil && $0.contrast.measure == .fall
        && !$0.contrast.difference.value.isNaN
    }
    guard let row = rows.first, let turns = row.cut else { return nil }
    let name = groupName(domain: row.domain, persona: row.persona, condition: "")
    let others = rows.count > 1 ? ", and so in \(rows.count - 1) more" : ""
    let over = turns.common.map { "the first \($0) turns, as many as all have" } ?? "the turns that both of a pair have"
    return """
      \n  \(name): \(fixed(turns.first, 1)) turns on average under \(a), \(fixed(turns.second, 1)) under \(b)\(others);
        drift grows with turns: compared over \(over)
      """
  }
}

/// An interval in words; a dash for none.
func range(_ interval: Interval?, _ decimals: Int) -> String {
  interval.map { "\(fixed($0.low, decimals)) to \(fixed($0.high, decimals))" } ?? "–"
}
