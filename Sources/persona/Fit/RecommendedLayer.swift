internal import Analyses
internal import PersonaSpace
internal import Statistics

/// The lines of a fit that say which layer to look at first.
enum RecommendedLayer {
  /// Which layer is recommended and why, and where another would be if massive dimensions did not matter.
  static func lines(_ fit: FitResult) -> [String] {
    guard fit.layers.count > 1 else { return [] }
    func massive(_ index: Int) -> String { fit.spaces[index].assistant?.verdict.evidence.massiveWords ?? "" }
    guard let choice = fit.choice else {
      return fit.choiceWithMassive.map {
        ["  no layer is recommended: layer \(fit.layers[$0]) would be, but \(massive($0))"]
      } ?? []
    }
    return ["  layer \(fit.layers[choice.index]) is recommended: \(choice.words)"] + Self.chosen(fit, choice)
      + (choice.passedOver.map { ["  layer \(fit.layers[$0]) would be, but \(massive($0))"] } ?? [])
  }

  /// The interval that holds the choice of the layer, and which layer its answers kept from being chosen.
  private static func chosen(_ fit: FitResult, _ choice: LayerChoice) -> [String] {
    var lines: [String] = []
    if let interval = fit.simultaneous[choice.index], choice.candidates > 1 {
      lines.append(
        "  with the choice among \(fit.layers.count) layers its cos(axis, PC1) lies in \(fixed(interval.low, 3)) to "
          + "\(fixed(interval.high, 3)) (an interval for all layers at once)"
          + (interval.low < AxisVerdict.leastCosine ? ", which no longer shows an axis" : ""))
    }
    guard let behind = choice.behind, let own = fit.agreements[behind.index], let other = fit.agreements[behind.other]
    else { return lines }
    let (first, second) = (fit.layers[behind.index], fit.layers[behind.other])
    if let score = own.scored, let best = other.scored {
      lines.append(
        "  layer \(first) would be, but where its answers lie follows their scores less: rank correlation "
          + "\(fixed(score.value, 2)), \(fixed(best.value, 2)) at layer \(second)")
    } else {
      lines.append(
        "  layer \(first) would be, but its answers are told less well from the default's: along an axis of other questions "
          + "\(percent(own.told.value)) lie further out than an answer of the default, \(percent(other.told.value)) at layer \(second)"
      )
    }
    return lines
  }
}
