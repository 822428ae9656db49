internal import LinearAlgebra
public import Statistics

/// How far the simulation of a cap, in one layer, foretold what the capped model did: over the turns of conversations that were read
/// twice, without the cap and with it, of the same text.
public struct CapForecast: Sendable {
  /// A conversation, turn by turn, in axis positions.
  public struct Conversation: Sendable {
    /// Without the cap; after a cap at this layer was simulated on that; in the capped model.
    public let before, simulated, measured: [Double]
    /// What the cap moved the same turns by at the layer that the change is from; nil where there is none such.
    public let origin: [Double]?

    /// - Precondition: a value of each for each turn.
    public init(before: [Double], simulated: [Double], measured: [Double], origin: [Double]?) {
      (self.before, self.simulated, self.measured, self.origin) = (before, simulated, measured, origin)
      precondition([simulated, measured, origin ?? before].allSatisfy { $0.count == before.count }, "one a turn")
    }
  }

  /// The number of turns.
  public let turns: Int
  /// The means over turns of what the model was moved by, and of what the simulation moves it by: axis positions.
  public let measured, simulated: Estimate
  /// simulated / measured: the share of the true effect that the simulation foretells. NaN where there is no effect, or the samples do
  /// not tell it from none.
  public let foretold: Estimate
  /// measured / what the same turns were moved by at the origin: what arrives here of it. NaN without an origin that moved.
  public let arriving: Estimate
  /// The mean over turns of |measured − simulated|.
  public let error: Double
  /// Pearson's correlation of the two over turns; NaN where one of them is the same everywhere.
  public let correlation: Double

  /// Of `conversations`, of which those of one name are drawn together.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public init(_ conversations: [Conversation], names: [[String]], replicates: Int, seed: UInt64) throws {
    let (clusters, count) = ConversationGroup.clusters(of: names)
    let sums = ResampledSums(clusters: clusters, count: count, replicates: replicates, seed: seed)
    let moved = conversations.map { difference($0.measured, $0.before) }
    let foreseen = conversations.map { difference($0.simulated, $0.before) }
    let hasOrigin = !conversations.isEmpty && conversations.allSatisfy { $0.origin != nil }
    func total(_ values: [Double]) -> Double { values.reduce(0, +) }
    let origins: [Double] = conversations.map { hasOrigin ? total($0.origin ?? []) : 0 }
    let counts: [Double] = conversations.map { Double($0.before.count) }
    let columns: [[Double]] = [moved.map(total), foreseen.map(total), origins, counts]
    let drawn = try sums.sums(of: columns)
    let all = columns.map(total)
    let known = sums.clusters(with: columns[3].map { $0 > 0 ? 1 : .nan })
    func ratio(_ top: Int, _ bottom: Int) -> Estimate {
      let replicates = (0..<drawn.rows).map { drawn[$0, bottom] == 0 ? .nan : drawn[$0, top] / drawn[$0, bottom] }
      return Estimate(
        all[bottom] == 0 ? .nan : all[top] / all[bottom], Interval(percentilesOf: replicates, clusters: known))
    }
    turns = Int(all[3])
    (measured, simulated) = (ratio(0, 3), ratio(1, 3))
    // A ratio to what may be nothing is any number.
    func isTold(_ estimate: Estimate) -> Bool {
      estimate.value != 0 && !estimate.value.isNaN && (estimate.interval.map { $0.low > 0 || $0.high < 0 } ?? true)
    }
    foretold = isTold(measured) ? ratio(1, 0) : Estimate(.nan)
    arriving = hasOrigin && isTold(ratio(2, 3)) ? ratio(0, 2) : Estimate(.nan)
    let (happened, told) = (moved.flatMap(\.self), foreseen.flatMap(\.self))
    error = mean(of: zip(happened, told).map { abs($0 - $1) })
    let (a, b) = (happened.allSatisfy { $0 == happened.first }, told.allSatisfy { $0 == told.first })
    correlation = a || b ? .nan : pearsonCorrelation(happened, told)
  }
}
