internal import LinearAlgebra
internal import PersonaSpace
internal import TensorFiles

/// Each token of a turn along the axes of some layers, as they are read.
struct KeptTokens {
  /// The axis of a layer, and what activations are multiplied by before they are read along it; nil if by nothing.
  struct Readout {
    let axis: AssistantAxis
    let factors: [Double]?
  }

  private let readouts: [Readout]
  /// The products with the axis, of the rows as they are on disk; nil where they are multiplied by something first.
  private let products: [RowProducts?]
  private var projections, norms: [[Double]]
  private var found: [Double] = []
  private var squares: [Double] = []

  /// Along the axes `readouts`, of rows of `encoding`.
  init(_ readouts: [Readout], encoding: ElementEncoding) {
    self.readouts = readouts
    products = readouts.map { $0.factors == nil ? RowProducts(with: $0.axis.unit, encoding: encoding) : nil }
    projections = readouts.map { _ in [] }
    norms = projections
  }

  /// Begins a turn of `tokens` tokens.
  mutating func begin(tokens: Int) {
    for layer in readouts.indices {
      (projections[layer], norms[layer]) = ([], [])
      projections[layer].reserveCapacity(tokens)
      norms[layer].reserveCapacity(tokens)
    }
  }

  /// Adds the first `tokens` tokens in `bytes`, elements of `type`, each with the layers `layers` one after the other, here and to
  /// `sums`.
  mutating func add(_ type: ElementType, _ bytes: [UInt8], tokens: Int, layers: Range<Int>, to sums: inout ColumnSums) {
    let count = layers.count * tokens
    if found.count != count {
      found = [Double](repeating: 0, count: count)
      squares = found
    }
    sums.add(bytes, rows: tokens, with: products[layers], products: &found, squares: &squares)
    for (place, layer) in layers.enumerated() {
      guard products[layer] != nil else {
        addScaled(type, bytes, tokens: tokens, place: place, of: layers)
        continue
      }
      let own = place * tokens..<(place + 1) * tokens
      projections[layer] += found[own]
      for square in squares[own] { norms[layer].append(square.squareRoot()) }
    }
  }

  /// Those of the layer at `place` of `layers`, whose activations are multiplied by something first.
  private mutating func addScaled(
    _ type: ElementType, _ bytes: [UInt8], tokens: Int, place: Int, of layers: Range<Int>
  ) {
    let readout = readouts[layers.lowerBound + place]
    let rowBytes = readout.axis.unit.count * type.byteCount
    for token in 0..<tokens {
      let own = (token * layers.count + place) * rowBytes
      let values = type.decode(Array(bytes[own..<own + rowBytes])).scaled(by: readout.factors ?? [])
      projections[layers.lowerBound + place].append(readout.axis.projection(of: values[...]))
      norms[layers.lowerBound + place].append(dotProduct(values, values).squareRoot())
    }
  }

  func tokens(ofLayer index: Int) -> TurnTokens {
    TurnTokens(projections: projections[index], norms: norms[index])
  }
}

extension Space {
  func readout(ofLayer index: Int) -> KeptTokens.Readout {
    KeptTokens.Readout(axis: axes[index], factors: factors?[index])
  }
}
