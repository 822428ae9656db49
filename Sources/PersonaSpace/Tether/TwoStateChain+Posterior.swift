extension TwoStateChain {
  /// The probability that each turn of a conversation is at home, given all of its turns (Kim, Journal of Econometrics 60, 1994).
  ///
  /// - Parameters:
  ///   - positions: of the turns, in axis position; finite.
  ///   - turns: their numbers, from 0, ascending; some may be missing.
  /// - Returns: a number in 0…1 for each turn.
  /// - Precondition: as many `positions` as `turns`, and deviations above 0.
  public func homeProbabilities(_ positions: [Double], turns: [Int]) -> [Double] {
    precondition(positions.count == turns.count, "not one position for each turn")
    guard !positions.isEmpty else { return [] }
    // A rate of exactly 0 or 1 has no logarithm.
    func inside(_ rate: Double) -> Double { min(max(rate, 1e-9), 1 - 1e-9) }
    let chain = TwoStateChain(
      leave: inside(leave), comeBack: inside(comeBack), home: home, away: away, startHome: inside(startHome))
    var passes = ForwardBackward(TurnSequences(positions: positions, turns: turns))
    return passes.posteriors(of: 0, under: chain)
  }
}
