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

  /// All layers, or about a dozen spread over them, and a line that says so.
  private static func layersShown(_ fit: FitResult) -> (indices: [Int], remark: String) {
    let step = max(1, (fit.layers.count + 11) / 12)
    return (
      fit.layers.indices.filter { $0 % step == 0 || $0 == fit.layers.count - 1 },
      step > 1 ? "\n  (one layer in \(step) and the last; all are in layers.csv)" : ""
    )
  }

  private static func layerTable(_ fit: FitResult) -> String {
    var table = TextTable([
      "layer", "|axis|", "cos(axis, PC1)", "random 95 %", "PC1 variance", "default on PC1", "verdict",
    ])
    let (indices, remark) = layersShown(fit)
    for index in indices {
      guard let assistant = fit.spaces[index].assistant else { continue }
      table.append([
        "\(fit.layers[index])", fixed(assistant.axis.norm, 3), fixed(assistant.componentCosines[0], 3),
        fixed(assistant.randomNull, 3), percent(fit.spaces[index].components.varianceRatio[0]),
        fixed(assistant.extremity.relative, 3), assistant.verdict.outcome.rawValue,
      ])
    }
    return table.text() + remark
  }

  private static func componentTable(_ fit: FitResult) -> String {
    var table = TextTable(["layer", "PC1", "PC2", "PC3", "for 70 %", "for 90 %"])
    let (indices, remark) = layersShown(fit)
    for index in indices {
      let components = fit.spaces[index].components
      let ratios = components.varianceRatio
      table.append(
        ["\(fit.layers[index])"] + (0..<3).map { percent($0 < ratios.count ? ratios[$0] : nil) }
          + ["\(components.count(forVariance: 0.7))", "\(components.count(forVariance: 0.9))"])
    }
    return "\nComponents (no axis)\n" + table.text() + remark
  }
}
