internal import PersonaFiles
internal import PersonaSpace

/// What `fit` prints: the verdict and the layers.
struct FitReport {
  let text: String

  init(_ fit: FitResult) {
    var lines = [
      "\(fit.roles.count) roles, \(layerList(fit.layers)), \(fit.hiddenSize) dimensions"
    ]
    guard let verdict = fit.verdict else {
      lines.append(Self.componentTable(fit))
      text = lines.joined(separator: "\n")
      return
    }
    let outcomes = fit.spaces.compactMap { $0.assistant?.verdict.outcome }
    let found = outcomes.count { $0 == .found }
    lines += [
      "",
      "Verdict: Assistant axis \(verdict.rawValue.uppercased())"
        + (fit.layers.count > 1 ? ", found at \(found) of \(fit.layers.count) layers" : ""),
    ]
    if let middle = fit.spaces[fit.middle].assistant {
      lines.append(
        "  layer \(fit.layers[fit.middle])\(fit.layers.count > 1 ? " (the middle one)" : ""): \(middle.verdict.evidence)"
      )
    }
    lines += ["", Self.layerTable(fit)]
    text = lines.joined(separator: "\n")
  }

  /// All layers, or about a dozen spread over them.
  private static func layerTable(_ fit: FitResult) -> String {
    var table = TextTable([
      "layer", "|axis|", "cos(axis, PC1)", "random 95 %", "PC1 variance", "default on PC1", "verdict",
    ])
    let step = max(1, (fit.layers.count + 11) / 12)
    for index in fit.layers.indices where index % step == 0 || index == fit.layers.count - 1 {
      guard let assistant = fit.spaces[index].assistant else { continue }
      table.append([
        "\(fit.layers[index])", fixed(assistant.axis.norm, 3), fixed(assistant.componentCosines[0], 3),
        fixed(assistant.randomNull, 3), percent(fit.spaces[index].components.varianceRatio[0]),
        fixed(assistant.extremity.relative, 3), assistant.verdict.outcome.rawValue,
      ])
    }
    return table.text() + (step > 1 ? "\n  (one layer in \(step) and the last; all are in layers.csv)" : "")
  }

  private static func componentTable(_ fit: FitResult) -> String {
    var table = TextTable(["layer", "PC1", "PC2", "PC3", "for 70 %", "for 90 %"])
    let step = max(1, (fit.layers.count + 11) / 12)
    for index in fit.layers.indices where index % step == 0 || index == fit.layers.count - 1 {
      let components = fit.spaces[index].components
      let ratios = components.varianceRatio
      table.append(
        ["\(fit.layers[index])"] + (0..<3).map { percent($0 < ratios.count ? ratios[$0] : nil) }
          + ["\(components.count(forVariance: 0.7))", "\(components.count(forVariance: 0.9))"])
    }
    return "\nComponents (no axis)\n" + table.text()
      + (step > 1 ? "\n  (one layer in \(step) and the last; all are in layers.csv)" : "")
  }
}

/// What `drift` prints: the domains in one layer.
struct DriftReport {
  let text: String

  init(_ drift: DriftResult, layer: Int, isMiddle: Bool) {
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
      Drift at layer \(layer)\(isMiddle ? " (the middle one)" : ""), in axis position: Assistant 1, mean role 0
      \(table.text())
      """
  }
}

/// What `cap` prints: the sweep in one layer.
struct CapReport {
  let text: String

  init(_ result: CapResult, layer: Int) {
    var table = TextTable([
      "percentile", "tau", "touched", "pull-back", "fall before", "fall after", "reduction", "perturbation",
    ])
    for cap in result.caps where cap.layer == layer {
      table.append([
        cap.percentile.map { $0 == $0.rounded() ? fixed($0, 0) : "\($0)" } ?? "–", fixed(cap.tau, 3),
        percent(cap.touched), fixed(cap.meanPullback, 3),
        fixed(cap.driftBefore, 2), fixed(cap.driftAfter, 2), percent(cap.driftReduction), percent(cap.perturbation),
      ])
    }
    let bound =
      result.turnMeans == 0
      ? ""
      : "\n  (\(counted(result.turnMeans, "turn")) known by the mean over tokens only: touched or not as a whole, pull-back a lower bound)"
    text = """
      Capping at layer \(layer)\(result.layers.count > 1 ? " (the middle one)" : ""), simulated there alone; \
      pull-back: in units of tau; fall: first to last turn, in axis position
      \(table.text())\(bound)
      """
  }
}

/// What `analyze` prints.
struct AnalyzeReport {
  let text: String

  init(_ result: AnalyzeResult, output: String) {
    let fit = result.fit
    var parts = [FitReport(fit).text]
    let layer = fit.layers[fit.middle]
    if let assistant = fit.spaces[fit.middle].assistant {
      parts.append("Roles at layer \(layer), by axis position\n" + Self.roles(fit, assistant))
    }
    if let drift = result.drift {
      let isThere = drift.conversations.contains { $0.layer == layer }
      parts.append(
        DriftReport(drift, layer: isThere ? layer : drift.conversations.first?.layer ?? layer, isMiddle: isThere).text)
    }
    if let caps = result.caps {
      parts.append(CapReport(caps, layer: caps.layers.contains(layer) ? layer : caps.layers[0]).text)
    }
    parts.append(
      """
      Written to \(output): \(result.files.joined(separator: ", "))
      This version computes no intervals: their columns are empty.
      """)
    text = parts.joined(separator: "\n\n")
  }

  private static func roles(_ fit: FitResult, _ assistant: LayerSpace.AssistantFit) -> String {
    let order = assistant.ranks.indices.sorted { assistant.ranks[$0] < assistant.ranks[$1] }
    let count = min(10, order.count / 2)
    var table = TextTable(["", "most Assistant-like", "position", "", "least Assistant-like", "position "])
    for i in 0..<count {
      let (most, least) = (order[i], order[order.count - 1 - i])
      table.append([
        "\(i + 1)", shown(fit.roles[most], width: 28), fixed(assistant.roles[most].position, 2),
        "\(order.count - i)", shown(fit.roles[least], width: 28), fixed(assistant.roles[least].position, 2),
      ])
    }
    return table.text()
  }
}

/// What `inspect` prints of a file or folder.
struct InspectReport {
  let text: String

  init(_ inspection: Inspection) {
    var header = "\(shown(inspection.path, width: 100)): \(inspection.format), \(Self.size(inspection.bytes))"
    if let manifest = inspection.manifest {
      let facts = [
        manifest.model, manifest.layers.map { layerList($0) }, manifest.layerConvention?.rawValue, manifest.pooling,
      ]
      header += "\n  manifest: " + facts.compactMap(\.self).joined(separator: ", ")
    }
    var table = TextTable([
      "part", "tensor", "type", "shape", "layers", "files", "tensors", "not finite", "massive dimension",
    ])
    for group in inspection.groups {
      let massive = group.massiveDimension.map { "\($0) (\(percent(group.massiveShare)))" }
      table.append([
        group.part, group.name.map { $0.isEmpty ? "(bare)" : shown($0) } ?? "(several)", group.type,
        Self.shape(group), group.layers.map(String.init) ?? "–", "\(group.files)",
        "\(group.tensors)", group.nonFinite.map(String.init) ?? "–", massive ?? "–",
      ])
    }
    var lines = [header, table.text()]
    for (key, value) in inspection.metadata.sorted(by: { $0.key < $1.key }).prefix(12) {
      lines.append("  \(shown(key)) = \(shown(value, width: 60))")
    }
    if inspection.metadata.count > 12 { lines.append("  … and \(inspection.metadata.count - 12) more values") }
    for (part, count) in inspection.others.sorted(by: { $0.key < $1.key }) {
      lines.append("  \(part)/: \(count) files")
    }
    text = lines.joined(separator: "\n")
  }

  /// 4 × 256, or 8–96 × 4 × 256 for tensors that differ in their first dimension.
  private static func shape(_ group: Inspection.Group) -> String {
    let rows = group.rows.map { $0[0] == $0[1] ? ["\($0[0])"] : ["\($0[0])–\($0[1])"] } ?? []
    let extents = rows + group.shape.map(String.init)
    return extents.isEmpty ? "scalar" : extents.joined(separator: " × ")
  }

  private static func size(_ bytes: Int) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB"]
    var (value, unit) = (Double(bytes), 0)
    while value >= 1000, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
    return "\(fixed(value, unit == 0 ? 0 : 1)) \(units[unit])"
  }
}
