internal import Analyses
internal import PersonaSpace

/// What `analyze` prints.
struct AnalyzeReport {
  let text: String

  init(_ result: AnalyzeResult) {
    let fit = result.fit
    var parts = [FitReport(fit).text]
    let layer = fit.layers[fit.middle]
    if let assistant = fit.spaces[fit.middle].assistant {
      parts.append("Roles at layer \(layer), by axis position\n" + Self.roles(fit, assistant))
    }
    if let drift = result.drift {
      // Turns can lack the layer that the fit is shown at; then they are shown at their own middle one.
      parts.append(DriftReport(drift, layer: drift.layers.contains(layer) ? layer : drift.middle).text)
    }
    if let caps = result.caps {
      parts.append(CapReport(caps, layer: caps.layers.contains(layer) ? layer : caps.middle).text)
    }
    if let stability = result.stability {
      let index = stability.layers.firstIndex { $0.layer == layer } ?? stability.middle
      parts.append(StabilityReport(stability, layer: index).text)
    }
    if let prediction = result.prediction { parts.append(PredictReport(prediction).text) }
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
