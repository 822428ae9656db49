public import PersonaSpace
internal import Statistics

/// What capping would do.
public struct CapResult: Sendable {
  /// A threshold in one layer, over all turns of one granularity: a row of `caps.csv`.
  public struct Cap: Sendable {
    /// The layer.
    public let layer: Int
    /// The percentile it was taken at; nil for a given threshold.
    public let percentile: Double?
    /// The floor, in axis-projection units.
    public let tau: Double
    /// What is done: the floor, or another intervention, of which `tau` is NaN.
    public let intervention: AxisIntervention
    /// The floor in axis position; NaN of a bare axis.
    public let tauPosition: Double
    /// What the cap was simulated on.
    public let granularity: CapGranularity
    /// What it does.
    public let effect: CapEffect
    /// The share of the default's own responses that it touches; nil if the dump has none.
    public let defaultShare: Double?
    /// Whether it is the one that is recommended.
    public internal(set) var isRecommended = false
  }

  /// A percentile of the projections that thresholds are taken of.
  struct CalibrationPoint: Sendable {
    let layer: Int
    let source: String
    let count: Int
    let percentile, projection, position: Double
  }

  /// The sweep, layer by layer; of each threshold a row for tokens and one for turns' means, where there are both.
  public internal(set) var caps: [Cap]
  /// Which layers tell best what to leave alone from what has drifted: of tokens, and of turns' means, where there are both classes.
  public internal(set) var windows: [CapWindow] = []
  /// Of the default's own responses, what a cap of all layers of a window touches at one of them or another.
  public internal(set) var windowShares: [[Int]: WindowShare] = [:]

  /// A share of the default's responses, in 0…1, at a percentile.
  public struct WindowShare: Sendable, Encodable {
    /// The percentile of the floors.
    public let percentile: Double
    /// The share.
    public let share: Double
  }

  /// The layers capped, one at a time.
  public let layers: [Int]
  /// What percentiles are taken of, in words; nil for given thresholds.
  public let calibration: String?
  /// The experiment that says where to cap, with its file; nil without one.
  public let configuration: String?
  /// The recommended cap, or why there is none.
  public let recommendation: Result<CapRecommendation, CapRecommendation.Obstacle>
  /// The place among `caps` of what was recommended, or was chosen and not confirmed.
  public let chosen: Int?
  /// What was chosen on half of the conversations, whether the other half confirms it or not; nil if nothing was.
  public var choice: CapRecommendation.Choice? {
    switch recommendation {
    case .success(let found): found.choice
    case .failure(.notConfirmed(let choice)): choice
    case .failure: nil
    }
  }
  /// The most that may be touched of what is benign, in 0…1.
  public let budget: Double
  /// Whether a conversation is of a benign domain; else the default's responses stand for what is.
  public let hasBenignDomains: Bool

  /// The layer to show where one is wanted: the middle one.
  public var middle: Int { layers[layers.count / 2] }

  /// The number of turns of which only the mean was dumped: their pull-back is a lower bound.
  public var turnMeans: Int {
    let first = caps.first { $0.granularity == .turn }
    return first?.effect.turns ?? 0
  }
}
