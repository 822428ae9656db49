/// How much less conversations drift after capping.
public struct DriftReduction: Sendable, Equatable {
  /// The mean fall from a conversation's first to its last turn, start − end in axis position, before capping; NaN
  /// if no conversation has two turns.
  public let before: Double
  /// The same after capping.
  public let after: Double
  /// 1 − after / before: the share of the drift that capping takes away; NaN unless `before` is positive, as there
  /// is then no drift to reduce.
  public let reduction: Double

  /// Compares conversations, each as its turns' axis positions before and after. Conversations of a single turn
  /// cannot drift and do not count.
  public init(_ conversations: [(before: [Double], after: [Double])]) {
    let moving = conversations.filter { $0.before.count > 1 }
    func meanFall(_ positions: ((before: [Double], after: [Double])) -> [Double]) -> Double {
      moving.reduce(0) { $0 + positions($1)[0] - positions($1)[positions($1).count - 1] } / Double(moving.count)
    }
    before = meanFall { $0.before }
    after = meanFall { $0.after }
    reduction = before > 0 ? 1 - after / before : .nan
  }
}
