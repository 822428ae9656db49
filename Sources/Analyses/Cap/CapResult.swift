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
