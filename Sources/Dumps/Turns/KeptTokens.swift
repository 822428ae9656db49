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

  /// Adds the first `tokens` tokens in `bytes`, elements of `type`, each with the layers `layers` one after the other.
  mutating func add(_ type: ElementType, _ bytes: [UInt8], tokens: Int, layers: Range<Int>) {
    guard let width = readouts.first?.axis.unit.count else { return }
    let rowBytes = width * type.byteCount
    if found.count != tokens {
      found = [Double](repeating: 0, count: tokens)
      squares = found
    }
    for (place, layer) in layers.enumerated() {
      let (start, stride) = (place * rowBytes, layers.count * rowBytes)
      if let products = products[layer] {
        products.products(of: bytes, from: start, stride: stride, into: &found, squares: &squares)
        projections[layer] += found
        for square in squares { norms[layer].append(square.squareRoot()) }
      } else {
        for token in 0..<tokens {
          let own = start + token * stride
          let values = type.decode(Array(bytes[own..<own + rowBytes])).scaled(by: readouts[layer].factors ?? [])
          projections[layer].append(readouts[layer].axis.projection(of: values[...]))
          norms[layer].append(dotProduct(values, values).squareRoot())
        }
      }
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
