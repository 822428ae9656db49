internal import Glibc
internal import Statistics

/// One state of all answers: what two have to do better than.
struct SingleState: Sendable {
  let family: ScatterFamily
  /// Place and scale, in shares of the way.
  private(set) var place, scale: Double
  private(set) var logLikelihood = 0.0

  /// The likelier of both families at `places`, with a default that has the standard deviation `floor`.
  init(of places: [Double], floor: Double) {
    self = ScatterFamily.allCases.map { Self(of: places, floor: floor, family: $0) }
      .reduce { $0.logLikelihood >= $1.logLikelihood ? $0 : $1 }
  }

  private init(of places: [Double], floor: Double, family: ScatterFamily) {
    self.family = family
    let centre = mean(of: places)
    let variance = places.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / Double(places.count)
    (place, scale) = (quantile(places, 0.5), max(variance.squareRoot(), floor / 2))
    for _ in 0..<60 {
      var (total, sum, squares) = (0.0, 0.0, 0.0)
      for z in places {
        let weight = family.weight((z - place) / scale)
        total += weight
        sum += weight * z
      }
      let (old, moved) = (place, sum / total)
      for z in places {
        squares += family.weight((z - old) / scale) * (z - moved) * (z - moved)
      }
      place = moved
      // A scale is as though two more answers had shown the default's.
      scale = ((2 * floor * floor + squares) / (Double(places.count) + 2)).squareRoot()
      if family == .normal || abs(moved - old) < 1e-9 * scale { break }
    }
    logLikelihood = places.reduce(0) { $0 + logDensity($1) }
  }

  func logDensity(_ z: Double) -> Double { family.logDensity(z, place: place, scale: scale) }

  /// The standard deviation.
  var standardDeviation: Double { scale * family.standardDeviation }
}

extension Array {
  fileprivate func reduce(_ better: (Element, Element) -> Element) -> Element {
    dropFirst().reduce(self[0], better)
  }
}
