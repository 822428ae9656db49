/// What a model does with a persona: whether it resists it, whether it is unstable in it, neither or both.
public enum Quadrant: String, Sendable, Codable, CaseIterable {
  /// It answers as the persona and holds still.
  case adopted
  /// It mostly answers as the default: a wall.
  case resistant
  /// It answers as the persona, but does not hold still in it: sand.
  case unstable
  /// It does both.
  case both

  /// From where on a persona counts as resisted, and as unstable. They are set before anything is read.
  public struct Cutoffs: Sendable, Equatable, Encodable {
    /// The least resistance that counts: half of the answers are the default's.
    public var resistance = 0.5
    /// The least instability that counts, in axis lengths.
    public var instability = 0.35
    /// The least ratio of instability to the default's own along the same direction that counts: what the default does as well is
    /// no instability of the persona.
    public var ratio = 3.0

    /// The usual ones.
    public init() {}
  }

  /// Where a persona lies.
  ///
  /// Nil if `resistance` or `instability` is NaN.
  ///
  /// - Parameters:
  ///   - resistance: the share of answers given as the default.
  ///   - instability: the standard deviation of the adopted answers, in axis lengths.
  ///   - floor: that of the default's own answers along the same direction.
  public init?(resistance: Double, instability: Double, floor: Double, cutoffs: Cutoffs) {
    guard !resistance.isNaN, !instability.isNaN else { return nil }
    let isUnstable = instability >= cutoffs.instability && instability >= cutoffs.ratio * floor
    self =
      switch (resistance >= cutoffs.resistance, isUnstable) {
      case (false, false): .adopted
      case (true, false): .resistant
      case (false, true): .unstable
      case (true, true): .both
      }
  }
}
