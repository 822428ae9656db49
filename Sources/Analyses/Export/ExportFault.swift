internal import Dumps
internal import Files

/// Why a space cannot be exported.
enum ExportFault: FileFault, Equatable {
  case whichLayers([Int])
  case noRecommendation(percentiles: [Double])
  case noPercentile(Double, present: [Double])
  case capsLackLayers([Int], present: [Int])
  case otherSpace(layer: Int, position: Double, here: Double)
  case noPositions
  case noDirection
  case scaled
  case nothingToVerify
  case ending(String)
  case beyondFloats(layer: Int)

  var explanation: String {
    switch self {
    case .whichLayers(let layers):
      "which of \(layerList(layers)) to cap is not said; type --layers 8:12 (half-open), or --layers all"
    case .noRecommendation(let percentiles):
      "it recommends no cap; "
        + (percentiles.isEmpty
          ? "give the floor with --tau X in place of --caps"
          : "say which of its percentiles to take with --percentile: \(Self.list(percentiles))")
    case .noPercentile(let percentile, let present):
      "it has no row of percentile \(Self.text(percentile)); "
        + (present.isEmpty ? "its floors were given by --tau" : "there is \(Self.list(present))")
    case .capsLackLayers(let layers, let present):
      "it has no such row at \(layerList(layers)); there is \(layerList(present)), choose others with --layers"
    case .otherSpace(let layer, let position, let here):
      """
      its floor at layer \(layer) lies at axis position \(position) there and at \(here) in this space: it was made with another space; \
      run persona cap with this one
      """
    case .noPositions:
      "a readout reads axis position, which a bare axis has not; make a space with `persona fit DUMP -o OUT`"
    case .noDirection: "no layer from 1 on is exported, and a control vector has directions from 1 on; see --layers"
    case .scaled:
      "the space was fitted with --scale: its axis is no direction among activations as they are; fit it again without --scale"
    case .nothingToVerify:
      "--verify caps the roles of a space, and a bare axis has none; give turns behind it: persona export SPACE TURNS …"
    case .ending(let ending): "its ending says another format; end it with .\(ending)"
    case .beyondFloats(let layer):
      "the axis of layer \(layer) has values that float32 does not hold; --to npy writes float64"
    }
  }

  var category: FaultCategory { if case .ending = self { .cannotCreate } else { .data } }

  private static func text(_ value: Double) -> String { value == value.rounded() ? "\(Int(value))" : "\(value)" }

  private static func list(_ values: [Double]) -> String { values.map(text).joined(separator: ", ") }
}
