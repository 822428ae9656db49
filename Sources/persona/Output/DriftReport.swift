internal import PersonaFiles
internal import PersonaSpace

/// What `drift` prints: the domains in one layer.
struct DriftReport {
  let text: String

  init(_ drift: DriftResult, layer: Int) {
    let groups = drift.groups(layer: layer)
    let hasConditions = groups.contains { !$0.condition.isEmpty }
    var table = TextTable(
      ["domain"] + (hasConditions ? ["condition"] : [])
        + ["conversations", "start", "end", "change", "turns below \(fixed(drift.threshold, 2))"])
    for group in groups {
      table.append(
        [group.domain.isEmpty ? "(none)" : shown(group.domain)] + (hasConditions ? [shown(group.condition)] : []) + [
          "\(group.conversations)", fixed(group.start, 2), fixed(group.end, 2), fixed(group.change, 2),
          percent(group.belowThreshold),
        ])
    }
    text = """
      Drift at layer \(layer)\(drift.layers.count > 1 ? " (the middle one)" : ""), in axis position: Assistant 1, mean role 0
      \(table.text())
      """
  }
}
