/// Which layers are asked for: all, or some by number.
public struct LayerSelection: Sendable, Equatable {
  /// The text it was read from.
  public let text: String
  private let ranges: [Range<Int>]?

  /// Every layer.
  public static let all = LayerSelection(text: "all", ranges: nil)

  private init(text: String, ranges: [Range<Int>]?) {
    self.text = text
    self.ranges = ranges
  }

  /// Reads `all`, a number (`16`), a half-open range (`8:24`), or several of these with commas between.
  public init?(_ text: String) {
    if text == "all" {
      self = .all
      return
    }
    var ranges: [Range<Int>] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let bounds = part.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
      guard bounds.count <= 2, bounds.allSatisfy({ $0.map(RowLayers.isLayerNumber) ?? false }), let low = bounds[0],
        let high = bounds.count == 2 ? bounds[1] : low + 1, low < high
      else { return nil }
      ranges.append(low..<high)
    }
    self.init(text: text, ranges: ranges)
  }

  /// The layers `numbers`.
  package init(_ numbers: [Int]) {
    self.init(text: numbers.map(String.init).joined(separator: ","), ranges: numbers.map { $0..<$0 + 1 })
  }

  /// The layer numbers it names, in order; nil for all.
  public var numbers: [Int]? { ranges.map { Array($0.joined()) } }

  /// The indices of the wanted layers in `layers`, in the order of `layers`.
  ///
  /// - Throws: `LayerFault` if a wanted layer is not there.
  public func indices(in layers: [Int]) throws -> [Int] {
    guard let ranges else { return Array(layers.indices) }
    for range in ranges {
      for layer in range where !layers.contains(layer) {
        throw LayerFault.noSuchLayer(layer, present: layers)
      }
    }
    return layers.indices.filter { index in ranges.contains { $0.contains(layers[index]) } }
  }
}
