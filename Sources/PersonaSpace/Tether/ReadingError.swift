internal import Statistics

/// The error with which a turn's position is read: what part of it no other turn has to do with.
public enum ReadingError: Sendable, Equatable {
  /// Estimated with the walk.
  case estimated
  /// Its standard deviation, in axis position, of every turn.
  case known(Double)
  /// Its standard deviation at each turn; a row for each conversation, as its `turns`.
  case byTurn([[Double]])

  /// The standard deviation of a turn's mean, from the means of blocks of as many tokens each that follow one another: their standard
  /// deviation over the root of their number (batch means: Law, Simulation Modeling and Analysis, section 9.5.3). Blocks, as tokens
  /// that follow one another have much in common. NaN of fewer than two.
  public static func deviation(ofBlocks means: [Double]) -> Double {
    let count = Double(means.count)
    guard count >= 2 else { return .nan }
    let centre = mean(of: means)
    return (means.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / (count - 1) / count).squareRoot()
  }
}
