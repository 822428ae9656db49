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
  private var projections, norms: [[Double]]

  init(_ readouts: [Readout]) {
    self.readouts = readouts
    projections = readouts.map { _ in [] }
    norms = projections
  }

  /// Adds the first `tokens` tokens in `bytes`, elements of `type`, each with the layers `layers` one after the other.
  mutating func add(_ type: ElementType, _ bytes: [UInt8], tokens: Int, layers: Range<Int>) {
    guard let width = readouts.first?.axis.unit.count else { return }
    let used = tokens * layers.count * width * type.byteCount
    let values = type.decode(used == bytes.count ? bytes : Array(bytes[..<used]))
    for token in 0..<tokens {
      for (place, layer) in layers.enumerated() {
        let start = (token * layers.count + place) * width
        let own = values[start..<start + width]
        let vector = readouts[layer].factors.map { Array(own).scaled(by: $0)[...] } ?? own
        projections[layer].append(readouts[layer].axis.projection(of: vector))
        norms[layer].append(dotProduct(vector, vector).squareRoot())
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
