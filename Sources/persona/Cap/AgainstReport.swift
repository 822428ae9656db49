internal import Analyses
internal import PersonaSpace
internal import Statistics

/// What `cap --against` prints: how far the simulation foretold what the capped model did.
enum AgainstReport {
  static func text(_ result: AgainstResult) -> String {
    var table = TextTable([
      "layer", "capped", "turns", "measured", "95 %", "simulated", "foretold", "95 %", "arriving", "95 %", "r",
    ])
    for layer in result.layers {
      let found = layer.forecast
      table.append([
        "\(layer.layer)", layer.isCapped ? "yes" : "", "\(found.turns)", fixed(found.measured.value, 3),
        range(found.measured.interval, 3, 1), fixed(found.simulated.value, 3), percent(known(found.foretold.value)),
        range(found.foretold.interval, 0, 100), percent(known(found.arriving.value)),
        range(found.arriving.interval, 0, 100), fixed(known(found.correlation), 2),
      ])
    }
    let title =
      "Simulated against true, \(shown(result.experiment)): the same text read with the cap in the model, in axis position (mean role 0, default 1)"
    let legend =
      "(measured: what the capped model moved turns by; simulated: what the simulation at this layer alone does; foretold: the share of the first that the second is; arriving: measured here over measured at the nearest capped layer before; r: their correlation over turns. What the model would say under the cap is not in it: the text is given)"
    var lines = [wrapped(title, indent: 0), table.text(), wrapped(legend, indent: 2)]
    lines += result.layers.compactMap(sentence).map { wrapped($0, indent: 0) }
    if !result.isChecked {
      lines.append(
        wrapped(
          "No layer before the first cap is in both dumps: only names and numbers of turns and tokens show that the texts are the same",
          indent: 0))
    }
    return lines.joined(separator: "\n")
  }

  /// What is to be said of a layer; nil of one before every cap.
  private static func sentence(_ layer: AgainstResult.Layer) -> String? {
    let found = layer.forecast
    guard layer.isCapped || layer.origin != nil else { return nil }
    let place = "Layer \(layer.layer)"
    guard !found.foretold.value.isNaN else {
      return "\(place): the effect of the cap does not differ from 0 (\(fixed(found.measured.value, 3)))"
    }
    if layer.isCapped {
      return "\(place), capped: the simulation foretells \(share(found.foretold)) of what the cap does there"
    }
    guard let origin = layer.origin, !found.arriving.value.isNaN else { return nil }
    return
      "\(place): \(share(found.arriving)) of the shift at layer \(origin) arrives, of which a simulation there says nothing"
  }

  private static func share(_ estimate: Estimate) -> String {
    percent(estimate.value) + (estimate.interval.map { " (\(range($0, 0, 100)))" } ?? "")
  }

  private static func range(_ interval: Interval?, _ decimals: Int, _ factor: Double) -> String {
    interval.map { "\(fixed(factor * $0.low, decimals)) to \(fixed(factor * $0.high, decimals))" } ?? "–"
  }
}
