internal import Dumps
internal import PersonaSpace

/// What capping would do.
public struct CapResult: Sendable {
  /// A threshold in one layer, over all turns: a row of `caps.csv`.
  public struct Cap: Sendable, Encodable {
    /// The layer.
    public let layer: Int
    /// The percentile it was taken at; nil for a given threshold.
    public let percentile: Double?
    /// The floor, in axis-projection units.
    public let tau: Double
    /// The number of turns.
    public let turns: Int
    /// The mean over turns of the share of tokens touched; nil without a turn.
    public let touched: Double?
    /// The mean pull-back over turns, in axis-projection units; nil without a turn.
    public let meanPullback: Double?
    /// The mean fall from first to last turn before and after, in axis position; nil if no conversation has two turns.
    public let driftBefore, driftAfter: Double?
    /// The share of the fall that is taken away; nil if there is no fall.
    public let driftReduction: Double?
    /// The mean over turns of the benign domains of the share of tokens touched; nil if none is named.
    public let benignTouched: Double?
    /// The mean over turns of |h′ − h| / |h|; nil if undefined for a turn.
    public let perturbation: Double?
  }

  /// The sweep, layer by layer.
  public let caps: [Cap]
  /// The layers capped, one at a time.
  public let layers: [Int]

  /// The number of turns of which only the mean was dumped: their pull-back is a lower bound.
  public let turnMeans: Int

  /// The layer to show where one is wanted: the middle one.
  public var middle: Int { layers[layers.count / 2] }
}

extension CapResult {
  /// Sums up `rows` layer by layer of `plan`, under each of the thresholds that `sweep` has for a layer of the space.
  ///
  /// - Parameters:
  ///   - benign: the domains that should not be touched.
  ///   - turnMeans: the conversations of which only the means of turns were dumped.
  init(
    _ rows: [CapTurn], _ sweep: [[CapThreshold]], _ plan: TurnPlan, benign: Set<String>,
    turnMeans: [TurnPass<[CapTurn]>.Voice]
  ) {
    struct LayerThreshold: Hashable {
      let layer: Int
      let threshold: CapThreshold
    }
    let bySetting = Dictionary(grouping: rows) { LayerThreshold(layer: $0.layer, threshold: $0.threshold) }
    caps = zip(plan.wanted, plan.layers).flatMap { index, layer in
      sweep[index].map { Cap(layer, $0, bySetting[LayerThreshold(layer: layer, threshold: $0)] ?? [], benign) }
    }
    layers = plan.layers
    self.turnMeans = turnMeans.reduce(0) { $0 + $1.turns }
  }
}

extension CapResult.Cap {
  /// Of the turns `rows` of `layer` under `threshold`.
  fileprivate init(_ layer: Int, _ threshold: CapThreshold, _ rows: [CapTurn], _ benign: Set<String>) {
    func defined(_ value: Double) -> Double? { value.isFinite ? value : nil }
    func mean(_ rows: [CapTurn], _ value: (CappedTurn) -> Double) -> Double? {
      defined(rows.reduce(0) { $0 + value($1.capped) } / Double(rows.count))
    }
    let conversations = grouped(rows) { [$0.key.conversation, $0.key.condition, $0.key.persona, $0.key.sample] }
    let reduction = DriftReduction(
      conversations.map { rows in
        let (turns, count) = (rows.map(\.turn), rows.first?.turnCount)
        return (
          before: ConversationTrack(positions: rows.map(\.positionBefore), turns: turns, count: count),
          after: ConversationTrack(positions: rows.map(\.positionAfter), turns: turns, count: count)
        )
      })
    self.init(
      layer: layer, percentile: threshold.percentile, tau: threshold.tau, turns: rows.count,
      touched: mean(rows, \.touched), meanPullback: mean(rows, \.pullback),
      driftBefore: defined(reduction.before), driftAfter: defined(reduction.after),
      driftReduction: defined(reduction.reduction),
      benignTouched: mean(rows.filter { benign.contains($0.key.domain) }, \.touched),
      perturbation: mean(rows, \.perturbation))
  }
}
