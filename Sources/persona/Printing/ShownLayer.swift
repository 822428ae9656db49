internal import Analyses

/// The layer that a report shows in the place of all, and how it came to be that one.
struct ShownLayer {
  let number: Int
  /// As in a title: "layer 16 (the middle one)".
  let words: String

  /// The middle one of `layers`.
  init(middle number: Int, of layers: [Int]) {
    (self.number, words) = (number, "layer \(number)\(layers.count > 1 ? " (the middle one)" : "")")
  }

  /// The one that is asked for; else that of the recommended cap; the middle one where none is.
  init(_ caps: CapResult, asked: Int? = nil) {
    if let asked {
      (number, words) = (asked, "layer \(asked)\(caps.layers.count > 1 ? " (asked for)" : "")")
      return
    }
    let cap = caps.caps.first(where: \.isRecommended)
    number = cap?.layer ?? caps.middle
    words =
      "layer \(number)"
      + (caps.layers.count < 2 ? "" : cap == nil ? " (the middle one)" : " (that of the recommended cap)")
  }

  /// The one of an analysis, or of those that are there the nearest to it.
  init(_ choice: AnalyzedLayer, of layers: [Int]) {
    number = choice.nearest(in: layers)
    words =
      number == choice.number
      ? "layer \(number)\(choice.ground == .only ? "" : " (\(choice.words))")"
      : "layer \(number) (the nearest here to layer \(choice.number), \(choice.words))"
  }
}

extension AnalyzedLayer {
  /// Why it is this one.
  var words: String {
    switch ground {
    case .only: "the only one"
    case .given: "asked for"
    case .recommended: "recommended"
    case .middle: "the middle one"
    }
  }
}
