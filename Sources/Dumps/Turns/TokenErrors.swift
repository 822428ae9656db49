internal import LinearAlgebra
internal import PersonaSpace

/// The standard errors of a turn's positions along the axes of some layers, from its tokens as they are read.
struct TokenErrors {
  private let products: [RowProducts?]
  private let norms: [Double]
  private var batches: [BatchMeans] = []
  private var found: [Double] = []
  private var none: [Double] = []

  /// Along the axes `readouts`, of rows of `encoding`.
  init(_ readouts: [KeptTokens.Readout], encoding: ElementEncoding) {
    products = readouts.map { readout in
      RowProducts(
        with: readout.factors.map { readout.axis.unit.scaled(by: $0) } ?? readout.axis.unit, encoding: encoding)
    }
    norms = readouts.map(\.axis.norm)
  }

  /// Begins a turn of `tokens` tokens.
  mutating func begin(tokens: Int) {
    batches = [BatchMeans](repeating: BatchMeans(tokens: tokens), count: products.count)
  }

  /// Adds the first `tokens` tokens in `bytes`, each with the layers `layers` one after the other, here and to `sums`.
  mutating func add(_ bytes: [UInt8], tokens: Int, layers: Range<Int>, to sums: inout ColumnSums) {
    let count = layers.count * tokens
    if found.count != count { found = [Double](repeating: 0, count: count) }
    sums.add(bytes, rows: tokens, with: products[layers], products: &found, squares: &none)
    for (place, layer) in layers.enumerated() {
      for value in found[place * tokens..<(place + 1) * tokens] { batches[layer].add(value) }
    }
  }

  /// The error in axis position; nil of too few tokens.
  func error(ofLayer index: Int) -> Double? { batches[index].standardError.positionError(norms[index]) }
}

extension Double {
  /// A standard error in activation units along an axis of length `norm`, in axis position; nil if it is not known.
  func positionError(_ norm: Double) -> Double? { isFinite ? self / norm : nil }
}
