public import PersonaSpace
public import Statistics

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

  /// Floors in several neighbouring layers: a row of `ranges.csv`.
  public struct RangeCap: Sendable {
    /// The floor of a layer.
    public struct Floor: Sendable {
      /// The layer.
      public let layer: Int
      /// Its floor, in axis-projection units and in axis position.
      public let tau, position: Double
    }

    /// The layers.
    public let layers: [Int]
    /// The percentile that the floors of all of them are at; nil for given thresholds.
    public let percentile: Double?
    /// The floor where all of them have the same one as it was given; nil of percentiles.
    public let tau: Double?
    /// The floors, layer by layer.
    public let floors: [Floor]
    /// What it was simulated on.
    public let granularity: CapGranularity
    /// What they do together, as far as it can be told.
    public let effect: CapRangeEffect
    /// The share of the fall at the last layer that the floor of that one takes away alone.
    public let lastReduction: Estimate
    /// The sum over the layers of the mean over turns of |h′ − h| / |h|.
    public let perturbation: Double
    /// The share of the default's own responses below the floor of one of the layers or another; nil if the dump has none.
    public let defaultShare: Double?
    /// Whether it is the range that is recommended.
    public internal(set) var isRecommended = false
  }

  /// Ranges of layers capped together.
  public internal(set) var ranges: [RangeCap] = []
  /// The range that is recommended beside the cap of one layer, or why there is none; nil where no cap is recommended.
  public internal(set) var rangeRecommendation: Result<CapRangeRecommendation, CapRangeRecommendation.Obstacle>?
  /// The place among `ranges` of the range that was recommended, or was chosen and not confirmed.
  public internal(set) var chosenRange: Int?

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
