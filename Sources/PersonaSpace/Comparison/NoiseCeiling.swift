internal import LinearAlgebra
internal import Statistics

/// What two measurements of one and the same model show by each measure of a comparison: the noise ceiling (Nili et al., PLoS
/// Computational Biology 10, 2014), which is a floor for shifts and residuals.
public struct NoiseCeiling: Sendable, Equatable {
  /// On average over the draws; of a shift, of its magnitude.
  public let mean: Double
  /// What 95 % of the draws do not fall short of; of a shift or a residual, what 95 % do not exceed.
  public let outer: Double

  /// Known numbers.
  public init(mean: Double, outer: Double) { (self.mean, self.outer) = (mean, outer) }

  /// The pairs of measurements that are drawn.
  static let draws = 20

  /// The measures, in the order of values.
  public static var measures: [ComparisonMeasure] { ComparisonMeasure.all(sharedDimensions: true) }

  /// Of the values of all draws, measure by measure.
  static func all(_ draws: [[Double]]) -> [NoiseCeiling] {
    measures.enumerated().map { place, measure in
      let isDistance = measure.kind.isDistance
      let known = draws.map { $0[place] }.filter { !$0.isNaN }.map { isDistance ? abs($0) : $0 }
      guard 2 * known.count > draws.count else { return NoiseCeiling(mean: .nan, outer: .nan) }
      return NoiseCeiling(
        mean: known.reduce(0, +) / Double(known.count), outer: quantile(known, isDistance ? 0.95 : 0.05))
    }
  }

  /// That of two models, one of which is measured as `self` and one as `other`. On average errors multiply cosines and correlations, and add
  /// their squares to distances. How far pairs scatter does not follow from those of either in this way: `outer` is that of the model with
  /// the larger errors, of which nothing that measurement does is beyond.
  ///
  /// - Parameter ratio: the length of the axis of the other over that of this one, in lengths of which shifts are.
  public func joined(_ other: NoiseCeiling, _ kind: ComparisonMeasure.Kind, axisRatio ratio: Double) -> NoiseCeiling {
    let unit = kind.isShift ? ratio : 1
    func join(_ x: Double, _ y: Double) -> Double {
      if kind.isDistance { return ((x * x + unit * unit * y * y) / 2).squareRoot() }
      return x > 0 && y > 0 ? (x * y).squareRoot() : (x + y) / 2
    }
    let far = kind.isDistance ? max(outer, unit * other.outer) : min(outer, other.outer)
    return NoiseCeiling(mean: join(mean, other.mean), outer: outer.isNaN || other.outer.isNaN ? .nan : far)
  }
}

extension ComparisonMeasure.Kind {
  /// Whether it is larger the more two spaces differ: a shift or a residual.
  public var isDistance: Bool { scale == .plain }
  /// Whether it is in lengths of the axis of the first space.
  var isShift: Bool {
    switch self {
    case .defaultShiftAlong, .defaultShiftOff, .meanShiftAlong, .meanShiftOff: true
    default: false
    }
  }
}
