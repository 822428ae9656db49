internal import Dumps
internal import PersonaSpace

/// A layer of an export.
struct ExportedLayer: Sendable {
  /// Its place among those of the space, and its number.
  let index, layer: Int
  let axis: AssistantAxis
  /// The floor, in axis-projection units; nil where none is exported.
  let tau: Double?
}

/// The name of a cap, as published configurations form them: `layers_46:54-p0.25`, ranges half-open, the percentile that of
/// projections on the negated axis, as a share. One that is no percentile is named by its floor: `layers_46:54-tau1.5`.
func capName(_ layers: [Int], percentile: Double?, tau: Double?) -> String {
  var ranges: [Range<Int>] = []
  for layer in layers {
    if let last = ranges.last, last.upperBound == layer {
      ranges[ranges.count - 1] = last.lowerBound..<layer + 1
    } else {
      ranges.append(layer..<layer + 1)
    }
  }
  let text = ranges.map { "\($0.lowerBound):\($0.upperBound)" }.joined(separator: ",")
  return "layers_\(text)-" + (percentile.map { "p\((100 - $0) / 100)" } ?? tau.map { "tau\($0)" } ?? "tau")
}
