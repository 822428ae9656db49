/// What a model does with a persona: whether it resists it, whether it is unstable in it, neither or both.
public enum Quadrant: String, Sendable, Codable, CaseIterable {
  /// It moves to the persona and stays there.
  case adopted
  /// It does not move: a wall.
  case resistant
  /// It moves, but does not hold still: sand.
  case unstable
  /// It does neither.
  case both

  /// From where on a persona counts as resisted, and as unstable.
  public struct Cutoffs: Sendable, Equatable, Encodable {
    /// The least resistance that counts: half of the way is not gone.
    public var resistance = 0.5
    /// The least instability that counts: responses spread by a quarter of the way.
    public var instability = 0.25

    /// The usual ones.
    public init() {}
  }

  /// Where `resistance` and `instability` lie; nil if either is not defined.
  public init?(resistance: Double, instability: Double, cutoffs: Cutoffs) {
    guard !resistance.isNaN, !instability.isNaN else { return nil }
    self =
      switch (resistance >= cutoffs.resistance, instability >= cutoffs.instability) {
      case (false, false): .adopted
      case (true, false): .resistant
      case (false, true): .unstable
      case (true, true): .both
      }
  }
}
