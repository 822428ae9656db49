internal import Analyses
internal import PersonaSpace

/// What `analyze` prints.
struct AnalyzeReport {
  let text: String

  init(_ result: AnalyzeResult) {
    let fit = result.fit
    let choice = result.layer
    var parts = [FitReport(fit, layer: choice.number).text]
    if let note = Self.chosen(result) { parts.append(wrapped(note, indent: 0)) }
    let index = fit.layers.firstIndex(of: choice.number) ?? fit.middle
    if let assistant = fit.spaces[index].assistant {
      parts.append(
        "Roles at \(ShownLayer(choice, of: fit.layers).words), by axis position\n" + Self.roles(fit, assistant))
    }
    if let drift = result.drift { parts.append(DriftReport(drift, ShownLayer(choice, of: drift.layers)).text) }
    if let caps = result.caps { parts.append(CapReport(caps, ShownLayer(choice, of: caps.layers)).text) }
    if let stability = result.stability {
      parts.append(StabilityReport(stability, ShownLayer(choice, of: stability.layers.map(\.layer))).text)
    }
    if let prediction = result.prediction { parts.append(PredictReport(prediction).text) }
    text = parts.joined(separator: "\n\n")
  }

  /// That a layer was chosen by the numbers that are then shown of it; nil where none was.
  private static func chosen(_ result: AnalyzeResult) -> String? {
    guard result.layer.ground == .recommended else { return nil }
    return
      "All that follows is of layer \(result.layer.number), the recommended one (--layer N shows another). It was chosen among "
      + "\(result.fit.layers.count) layers on these data: an interval that holds the choice is given where it is recommended, and others "
      + "are of the layer as it stands"
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
