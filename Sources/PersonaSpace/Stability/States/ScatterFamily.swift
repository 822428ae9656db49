internal import Glibc

/// How answers in one state scatter about its place.
public enum ScatterFamily: Sendable, Equatable, CaseIterable {
  /// Normally.
  case normal
  /// As Student's t with 5 degrees of freedom: with heavy tails.
  case heavyTailed

  /// (degrees + 1) / 2 = 3 is the power in `densityRatio`.
  private static let degrees = 5.0
  /// ln √(2π).
  private static let normalConstant = 0.5 * log(2 * .pi)
  /// −ln of Γ(3) / (Γ(5/2) √(5π)) = 8 / (3 π √5).
  private static let heavyConstant = -log(8 / (3 * .pi * 5.0.squareRoot()))

  /// The log density at `x` scales from the place, of a scale of 1.
  func logDensity(_ x: Double) -> Double {
    switch self {
    case .normal: -0.5 * x * x - Self.normalConstant
    case .heavyTailed: -(Self.degrees + 1) / 2 * log1p(x * x / Self.degrees) - Self.heavyConstant
    }
  }

  /// The log density at `z` of a state at `place` with `scale`.
  func logDensity(_ z: Double, place: Double, scale: Double) -> Double {
    logDensity((z - place) / scale) - log(scale)
  }

  /// The density at `y` over that at `x`, both in scales from the place, of a scale of 1.
  func densityRatio(_ y: Double, over x: Double) -> Double {
    switch self {
    case .normal: return exp(0.5 * (x - y) * (x + y))
    case .heavyTailed:
      let ratio = (Self.degrees + x * x) / (Self.degrees + y * y)
      return ratio * ratio * ratio
    }
  }

  /// How much an answer at `x` scales from the place counts for place and scale: the expectation step of t distributions
  /// (Peel & McLachlan, Statistics and Computing 10, 2000). 1 of normal ones.
  func weight(_ x: Double) -> Double {
    switch self {
    case .normal: 1
    case .heavyTailed: (Self.degrees + 1) / (Self.degrees + x * x)
    }
  }

  /// The standard deviation for a scale of 1.
  var standardDeviation: Double {
    switch self {
    case .normal: 1
    case .heavyTailed: (Self.degrees / (Self.degrees - 2)).squareRoot()
    }
  }
}
