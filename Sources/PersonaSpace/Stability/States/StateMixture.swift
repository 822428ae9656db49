internal import Glibc
internal import Statistics

/// Two states of the answers of a persona, by where these lie on the way from the default (0) to it (1): a share given at home, as
/// the default, the others as the persona.
///
/// Fitted by expectation and maximisation (Dempster, Laird & Rubin, 1977) with priors that keep few answers from
/// making a state of their own: home lies about the default's place, give or take `homeTolerance` of the way to the adopted state,
/// as a prompt moves refusals too; its scale is as though `homePrior` answers had shown the default's, that of the adopted
/// state as though `adoptedPrior` had; the share is as though half an answer more had been seen in each state.
public struct StateMixture: Sendable {
  /// How answers scatter in both.
  public let family: ScatterFamily
  /// Whether the lower state may lie anywhere, rather than about the default.
  public let isFree: Bool
  /// The share of answers at home, in 0…1.
  public private(set) var share: Double
  /// The place of the lower state and of the adopted one, in shares of the way.
  public private(set) var home, adopted: Double
  /// Their scales, in shares of the way: standard deviations of normal states.
  public private(set) var homeScale, adoptedScale: Double

  static let (homeTolerance, homeReach) = (0.2, 0.4)
  private static let (homePrior, adoptedPrior) = (4.0, 2.0)

  /// The distance of the states in standard deviations, √ of the mean of both variances.
  public var separation: Double {
    let scale = ((homeScale * homeScale + adoptedScale * adoptedScale) / 2).squareRoot()
    return (adopted - home) / (scale * family.standardDeviation)
  }

  /// The standard deviation of the adopted answers, in shares of the way.
  public var adoptedStandardDeviation: Double { adoptedScale * family.standardDeviation }

  /// The likeliest of both families and several starts at `places`, with a default of the standard deviation `floor`.
  ///
  /// - Parameters:
  ///   - isFree: whether the lower state may lie anywhere.
  ///   - tolerance: of a step, in floors, at which a fit ends.
  init(of places: [Double], floor: Double, isFree: Bool = false, tolerance: Double = 1e-6) {
    let sorted = places.sorted()
    let low = quantile(sorted: sorted, 0.1)
    let (middle, high) = (quantile(sorted: sorted, 0.5), quantile(sorted: sorted, 0.75))
    let starts = [(0.3, 0, high), (0.1, 0, middle), (0.7, 0, high), (0.5, low, high)]
    let ones = [Double](repeating: 1, count: places.count)
    var best: (fit: StateMixture, likelihood: Double)?
    for family in ScatterFamily.allCases {
      for (share, home, top) in starts {
        let adopted = max(top, 2 * floor)
        var fit = StateMixture(
          family: family, isFree: isFree, share: share, home: home, adopted: adopted, homeScale: floor,
          adoptedScale: max(floor, adopted / 6))
        fit.fit(places, weights: ones, floor: floor, steps: 300, tolerance: tolerance)
        let likelihood = fit.logLikelihood(places)
        if best.map({ likelihood > $0.likelihood }) ?? true { best = (fit, likelihood) }
      }
    }
    guard let best else { preconditionFailure("there is a start") }
    self = best.fit
  }

  private init(
    family: ScatterFamily, isFree: Bool, share: Double, home: Double, adopted: Double, homeScale: Double,
    adoptedScale: Double
  ) {
    (self.family, self.isFree, self.share, self.home, self.adopted) = (family, isFree, share, home, adopted)
    (self.homeScale, self.adoptedScale) = (homeScale, adoptedScale)
  }

  /// The fit to answers that count `weights` times, from this one on; stops once a step moves no place by `tolerance` floors.
  mutating func fit(_ places: [Double], weights: [Double], floor: Double, steps: Int, tolerance: Double) {
    for _ in 0..<steps {
      let before = self
      step(places, weights, floor)
      let moved = max(
        max(abs(home - before.home), abs(adopted - before.adopted)),
        max(abs(homeScale - before.homeScale), abs(adoptedScale - before.adoptedScale)))
      if moved < tolerance * floor, abs(share - before.share) < tolerance { break }
    }
  }

  private mutating func step(_ places: [Double], _ weights: [Double], _ floor: Double) {
    // Of each state: the answers, their weighted number, sum and sum of squares about the place so far.
    var (count, total, sum, squares) = ((0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0))
    let odds = (1 - share) / share * homeScale / adoptedScale
    let (inverseHome, inverseAdopted) = (1 / homeScale, 1 / adoptedScale)
    for (index, z) in places.enumerated() where weights[index] > 0 {
      let (x, y) = ((z - home) * inverseHome, (z - adopted) * inverseAdopted)
      let posterior = 1 / (1 + odds * family.densityRatio(y, over: x))
      let (atHome, away) = (weights[index] * posterior, weights[index] * (1 - posterior))
      let (u, v) = (atHome * family.weight(x), away * family.weight(y))
      count = (count.0 + atHome, count.1 + away)
      total = (total.0 + u, total.1 + v)
      sum = (sum.0 + u * (z - home), sum.1 + v * (z - adopted))
      squares = (squares.0 + u * (z - home) * (z - home), squares.1 + v * (z - adopted) * (z - adopted))
    }
    let tolerance = Self.homeTolerance * adopted
    let prior = isFree ? 1e-9 : homeScale * homeScale / (tolerance * tolerance)
    var newHome = (total.0 * home + sum.0) / (total.0 + prior)
    var newAdopted = total.1 > 1e-9 ? adopted + sum.1 / total.1 : adopted
    if !isFree {
      newAdopted = max(newAdopted, 2 * floor)
      newHome = min(max(newHome, -Self.homeReach * newAdopted), Self.homeReach * newAdopted)
    }
    /// Squares about the new place from those about the old.
    func about(_ squares: Double, _ sum: Double, _ total: Double, _ move: Double) -> Double {
      max(squares - 2 * move * sum + total * move * move, 0)
    }
    let homeSquares = about(squares.0, sum.0, total.0, newHome - home)
    let adoptedSquares = about(squares.1, sum.1, total.1, newAdopted - adopted)
    homeScale = ((Self.homePrior * floor * floor + homeSquares) / (Self.homePrior + count.0)).squareRoot()
    adoptedScale = ((Self.adoptedPrior * floor * floor + adoptedSquares) / (Self.adoptedPrior + count.1)).squareRoot()
    (home, adopted) = (newHome, newAdopted)
    share = (count.0 + 0.5) / (count.0 + count.1 + 1)
  }

  /// The probability that an answer at `z` was given at home.
  public func posterior(_ z: Double) -> Double {
    let (atHome, away) = (
      family.logDensity(z, place: home, scale: homeScale), family.logDensity(z, place: adopted, scale: adoptedScale)
    )
    return 1 / (1 + exp(away + log1p(-share) - atHome - log(share)))
  }

  /// The log density at `z`.
  func logDensity(_ z: Double) -> Double {
    let atHome = log(share) + family.logDensity(z, place: home, scale: homeScale)
    let away = log1p(-share) + family.logDensity(z, place: adopted, scale: adoptedScale)
    return max(atHome, away) + log1p(exp(-abs(atHome - away)))
  }

  func logLikelihood(_ places: [Double]) -> Double { places.reduce(0) { $0 + logDensity($1) } }

  /// The fit to `count` answers as it predicts others: home as wide as its place is uncertain besides.
  func predicting(from count: Int) -> StateMixture {
    var result = self
    let (tolerance, seen) = (Self.homeTolerance * adopted, share * Double(count))
    let known = seen / (homeScale * homeScale) + (isFree ? 0 : 1 / (tolerance * tolerance))
    result.homeScale = (homeScale * homeScale + (known > 0 ? 1 / known : 0)).squareRoot()
    return result
  }
}
