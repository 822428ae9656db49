internal import Dumps
internal import PersonaSpace

/// The one layer that an analysis shows throughout.
public struct AnalyzedLayer: Sendable, Equatable {
  /// Why it is this one.
  public enum Ground: String, Sendable {
    /// There is no other.
    case only
    /// It was asked for.
    case given
    /// The fit recommends it, on the same data.
    case recommended
    /// Nothing recommends one.
    case middle
  }

  /// Its number.
  public let number: Int
  /// Why it is this one.
  public let ground: Ground

  /// `wanted`, or the layer that `fit` recommends, or the middle one.
  ///
  /// - Throws: `LayerFault` if there is no layer `wanted`.
  init(_ wanted: Int?, of fit: FitResult) throws {
    if let wanted, !fit.layers.contains(wanted) { throw LayerFault.noSuchLayer(wanted, present: fit.layers) }
    let index = fit.choice?.index
    number = wanted ?? fit.layers[index ?? fit.middle]
    ground = wanted != nil ? .given : fit.layers.count == 1 ? .only : index != nil ? .recommended : .middle
  }

  /// The one of `layers` that is nearest to it, the lower of two.
  public func nearest(in layers: [Int]) -> Int {
    layers.sorted().min { abs($0 - number) < abs($1 - number) } ?? number
  }
}
