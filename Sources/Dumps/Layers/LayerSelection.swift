public import Files

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
      guard bounds.count <= 2, bounds.allSatisfy({ $0.map(isLayerNumber) ?? false }), let low = bounds[0],
        let high = bounds.count == 2 ? bounds[1] : low + 1, low < high
      else { return nil }
      ranges.append(low..<high)
    }
    self.init(text: text, ranges: ranges)
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

/// Whether a model could have a layer of this number. The bound keeps a slip of the finger from asking for billions.
private func isLayerNumber(_ number: Int) -> Bool { (-1...1_000_000).contains(number) }

/// `numbers`, if they number `rows` rows, each layer once.
///
/// - Throws: `LayerFault` otherwise; `source` is who gave them.
package func checkedLayers(_ numbers: [Int], rows: Int, source: String) throws -> [Int] {
  guard numbers.count == rows else { throw LayerFault.rowCount(rows: rows, numbers: numbers.count, source: source) }
  for number in numbers where !isLayerNumber(number) { throw LayerFault.notALayer(number, source: source) }
  var seen: Set<Int> = []
  for number in numbers where !seen.insert(number).inserted { throw LayerFault.repeated(number, source: source) }
  return numbers
}

/// Why layers and rows do not match.
public enum LayerFault: FileFault, Equatable {
  /// A layer that is asked for is not there.
  case noSuchLayer(Int, present: [Int])
  /// There are more or fewer rows than layer numbers for them.
  case rowCount(rows: Int, numbers: Int, source: String)
  /// A layer number that no model has.
  case notALayer(Int, source: String)
  /// Two rows are given one layer number.
  case repeated(Int, source: String)
  /// The rows cannot be told to be certain layers.
  case unknownRows(rows: Int, expected: [Int])

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .noSuchLayer(let layer, let present):
      "there is no layer \(layer); \(present.count == 1 ? "the only one is" : "the layers are") \(layerNumbers(present))"
    case .rowCount(let rows, let numbers, let source):
      "\(rows) layer rows, but \(source) numbers \(numbers) layers"
    case .notALayer(let number, let source): "\(source) names a layer \(number)"
    case .repeated(let number, let source): "\(source) gives two rows the layer \(number)"
    case .unknownRows(let rows, let expected):
      """
      \(rows) layer rows where the space has \(layerList(expected)); say which layers they are, as in \
      --row-layers 28:32 (row 0 of a hidden_states dump is the embedding, -1)
      """
    }
  }
}

/// Layer numbers in words: "layer 16", "layers 0 to 31", "layers 3, 7, 9".
public func layerList(_ layers: [Int]) -> String {
  layers.isEmpty ? "no layer" : (layers.count == 1 ? "layer " : "layers ") + layerNumbers(layers)
}

private func layerNumbers(_ layers: [Int]) -> String {
  guard let first = layers.first, let last = layers.last else { return "none" }
  if layers.count > 2, last - first == layers.count - 1, layers == Array(first...last) { return "\(first) to \(last)" }
  return layers.prefix(12).map(String.init).joined(separator: ", ") + (layers.count > 12 ? ", …" : "")
}
