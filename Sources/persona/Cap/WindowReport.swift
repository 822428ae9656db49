internal import Analyses
internal import Dumps
internal import PersonaSpace
internal import Statistics

/// Which layers to cap in, in words: what `windows.csv` says.
enum WindowReport {
  static func text(_ result: CapResult) -> String {
    result.windows.map { window in
      let kind = window.granularity == .token ? "tokens" : "means"
      let classes =
        window.classes == .benignAgainstLast
        ? "\(kind) of benign turns from those of the last turns of other domains"
        : "\(kind) of first turns from those of last turns"
      guard let layers = window.window, let best = window.best, let place = window.layers.firstIndex(of: best) else {
        return wrapped("Window: no layer is shown to tell \(classes)", indent: 0)
      }
      let own = window.separation.separations[place]
      let interval = own.interval.map { " (\(fixed($0.low, 2)) to \(fixed($0.high, 2)))" } ?? ""
      let others =
        layers.count == 1
        ? "no neighbour is shown to do at least 0.8 as well"
        : "\(layerList(layers)) are shown to do at least 0.8 as well: cap them together with --layers \(layers[0]):\(layers[layers.count - 1] + 1)"
      return wrapped(
        "Window: layer \(best) best tells \(classes), Cohen's d \(fixed(own.value, 2))\(interval); \(others)\(cost(result, layers))",
        indent: 0)
    }.joined(separator: "\n")
  }

  /// What a cap of all of them touches of the default's responses.
  private static func cost(_ result: CapResult, _ layers: [Int]) -> String {
    guard let share = result.windowShares[layers] else { return "" }
    return
      ". At percentile \(share.percentile == share.percentile.rounded() ? fixed(share.percentile, 0) : "\(share.percentile)") it then touches \(percent(share.share)) of the default's responses at one of them or another; what arrives of a cap behind the next is not simulated"
  }
}
