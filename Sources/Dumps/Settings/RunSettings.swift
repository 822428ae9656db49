/// What every run takes in the same meaning: which layers, what becomes of values that are not finite, how much is resampled,
/// where random numbers start, and how many tasks work at a time.
public struct RunSettings: Sendable, Equatable {
  /// The layers to work on.
  public var layers = LayerSelection.all
  /// What is done with vectors, responses or turns that hold NaN or infinite values.
  public var nonFinite = NonFinitePolicy.error
  /// Bootstrap replicates; 0 for no intervals and nothing else that is drawn.
  public var replicates = 1000
  /// Where random numbers start.
  public var seed: UInt64 = 0
  /// How many tasks work at a time. No number depends on it, so that it is not recorded.
  public var threads = 1

  /// The defaults of the interface.
  public init() {}
}

/// What is done with values that are not finite, and with vectors of nothing but zeros, which no activation is.
public enum NonFinitePolicy: String, Sendable, CaseIterable {
  /// They are an error.
  case error
  /// What they are in is left out.
  case skip
}

/// The options of a run, of which the settings are a part.
public protocol RunOptions: Sendable {
  /// What they have in common with those of other runs.
  var settings: RunSettings { get set }
}

extension RunOptions {
  /// The layers to work on.
  public var layers: LayerSelection { settings.layers }
  /// Whether what holds NaN or infinite values is left out instead of being an error.
  public var skipsNonFinite: Bool { settings.nonFinite == .skip }
  /// Bootstrap replicates; 0 for no intervals and nothing else that is drawn.
  public var replicates: Int { settings.replicates }
  /// Where random numbers start.
  public var seed: UInt64 { settings.seed }
  /// How many tasks work at a time.
  public var threads: Int { settings.threads }
}
