public import PersonaSpace
public import Statistics

/// What came of comparing spaces.
public struct CompareResult: Sendable {
  /// Two spaces.
  public struct Pair: Sendable {
    /// Their names.
    public let a, b: String
    /// The roles that both have, in the order of the first.
    public let common: [String]
    /// The roles that only one has.
    public let onlyA, onlyB: [String]
    /// Whether directions are compared too.
    public let sharesDimensions: Bool
    /// The comparisons, layer by layer.
    public internal(set) var layers: [Layer] = []
    /// The roles by how far they moved, farthest first.
    public internal(set) var movers: [Mover] = []
  }

  /// One layer of two spaces.
  public struct Layer: Sendable {
    /// The layer numbers.
    public let layerA, layerB: Int
    /// Every measure.
    public let measures: [MeasuredComparison]
    /// For each of the first components of the first space, that of the second which matches it, from 1.
    public let matching: [Int]

    /// The measure named `kind`, if it is there.
    public func measure(_ kind: ComparisonMeasure.Kind) -> MeasuredComparison? {
      measures.first { $0.measure.kind == kind }
    }
  }

  /// The change of one role.
  public struct Mover: Sendable {
    /// The role.
    public let role: String
    /// How far it moved.
    let moved: RoleChange

    /// Its axis position in each space.
    public var positionA: Double { moved.positionA }
    /// Its axis position in the second space.
    public var positionB: Double { moved.positionB }
    /// The interval of the change.
    public var interval: Interval? { moved.interval }
    /// How often a role of such a set changes as far, off the median change; NaN of few roles.
    public var probability: Double { moved.probability }
    /// The same, adjusted for the number of roles.
    public var falseDiscoveryRate: Double { moved.falseDiscoveryRate }
    /// Its rank in the first space, 1 for the most Assistant-like.
    public var rankA: Int { moved.rankA }
    /// Its rank in the second space.
    public var rankB: Int { moved.rankB }
    /// The change.
    public var change: Double { moved.change }
  }

  /// The pairs: each space with the next, then the first with each but the second.
  public let pairs: [Pair]
  /// The names of the spaces, in the order given.
  public let names: [String]
  /// How layers were paired, in words.
  public let pairing: String
  /// Which of the layers compared is shown, and has its movers listed.
  public let shown: Int
  /// Whether it was asked for.
  public let isShownByRequest: Bool
  /// The bootstrap samples.
  public let replicates: Int
}
