internal import Glibc

/// The largest share of answers at the default's own place that a single broad state leaves possible: the upper end of the interval of
/// 95 % by profile likelihood (Venzon & Moolgavkar, Applied Statistics 37, 1988), with the place and scale of the adopted answers
/// fitted anew for each share.
///
/// Where a state is broad, answers given as the default lie within its reach and are not apart; that none is seen apart does not say that
/// there is none.
struct HomeShareLimit {
  /// In 0…1.
  let value: Double

  /// Half of the 95th percentile of χ² with one degree of freedom.
  private static let drop = 1.920729410347062
  private static let shares = [0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5]

  /// - Parameters:
  ///   - mixture: the likeliest states, from which those of each share are fitted.
  ///   - floor: the standard deviation of the default's own answers.
  init(of places: [Double], mixture: StateMixture, floor: Double) {
    let fits = ([1e-6] + Self.shares).map { share in
      (share: share, logLikelihood: Self.logLikelihood(places, mixture, floor: floor, share: share))
    }
    let best = fits.reduce(-.infinity) { max($0, $1.logLikelihood) }
    var limit = 0.0
    for (lower, upper) in zip(fits, fits.dropFirst()) where lower.logLikelihood >= best - Self.drop {
      let fall = lower.logLikelihood - upper.logLikelihood
      let part = upper.logLikelihood >= best - Self.drop ? 1 : (lower.logLikelihood - best + Self.drop) / fall
      limit = lower.share + part * (upper.share - lower.share)
    }
    value = limit
  }

  /// The largest log-likelihood with `share` of the answers about the default's place.
  private static func logLikelihood(
    _ places: [Double], _ mixture: StateMixture, floor: Double, share: Double
  ) -> Double {
    let family = mixture.family
    var (place, scale) = (mixture.adopted, mixture.adoptedScale)
    for _ in 0..<60 {
      let odds = (1 - share) / share * floor / scale
      var (count, total, sum, squares) = (0.0, 0.0, 0.0, 0.0)
      for z in places {
        let (x, y) = (z / floor, (z - place) / scale)
        let away = 1 - 1 / (1 + odds * family.densityRatio(y, over: x))
        let weight = away * family.weight(y)
        (count, total, sum) = (count + away, total + weight, sum + weight * (z - place))
        squares += weight * (z - place) * (z - place)
      }
      guard total > 1e-9 else { break }
      let move = sum / total
      // As in `StateMixture`, the scale is as though two more answers had shown the default's.
      scale = ((2 * floor * floor + max(squares - total * move * move, 0)) / (count + 2)).squareRoot()
      place = max(place + move, 2 * floor)
      if abs(move) < 1e-6 * floor { break }
    }
    return places.reduce(0) { sum, z in
      let atHome = log(share) + family.logDensity(z, place: 0, scale: floor)
      let away = log1p(-share) + family.logDensity(z, place: place, scale: scale)
      return sum + max(atHome, away) + log1p(exp(-abs(atHome - away)))
    }
  }
}
