internal import Statistics

/// What bootstrap samples of questions show of a persona; empty without samples.
public struct StateReplicates: Sendable, Equatable {
  /// Departure; and resistance, and instability in axis lengths, of the first samples.
  public let departures, resistances, instabilities: [Double]

  /// None.
  init() { (departures, resistances, instabilities) = ([], [], []) }

  /// - Parameter isCounted: whether answers are counted by state; if not, none is the default's.
  init(_ resampled: ResampledStates, isCounted: Bool, _ instability: StateInstability) {
    departures = resampled.departures
    resistances = isCounted ? resampled.shares : resampled.shares.map { _ in 0 }
    instabilities = (isCounted ? resampled.adoptedDeviations : resampled.deviations).map { instability.corrected($0) }
  }

  /// The share of the samples in which the persona is in `quadrant`; nil without a quadrant or enough samples.
  func share(of quadrant: Quadrant?, floor: Double, cutoffs: Quadrant.Cutoffs) -> Double? {
    guard let quadrant, resistances.count >= Interval.leastReplicates else { return nil }
    let same = zip(resistances, instabilities).count { resistance, instability in
      Quadrant(resistance: resistance, instability: instability, floor: floor, cutoffs: cutoffs) == quadrant
    }
    return Double(same) / Double(resistances.count)
  }
}
