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
    /// The measures that have a value without the bias of errors of measurement, where these are known.
    public let corrected: [ComparisonMeasure.Kind: Double]
    /// What two measurements of one and the same model would show by each measure, with the errors of either space.
    public let ceilings: [ComparisonMeasure: NoiseCeiling]
    /// Why errors of measurement are not known; nil where they are.
    public let unknown: UnknownMeasurement?
    /// Whether both models answered the same questions, as far as their numbers tell, and errors are compared question by question.
    public let sharesQuestions: Bool

    /// Whether `row` is farther out than 95 % of the pairs of measurements of one and the same model; nil where that is not known.
    public func isBeyondCeiling(_ row: MeasuredComparison) -> Bool? {
      guard let ceiling = ceilings[row.measure], !row.value.isNaN else { return nil }
      return row.measure.kind.isDistance ? abs(row.value) > ceiling.outer : row.value < ceiling.outer
    }

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
    /// Where `measured` is known, how often measurement alone makes as large a change; else how often a role of such a set changes as
    /// far, off the median change. NaN where neither is told.
    public var probability: Double { moved.probability }
    /// The same, adjusted for the number of roles.
    public var falseDiscoveryRate: Double { moved.falseDiscoveryRate }
    /// The change without the bias of errors, and its standard error; nil where the error of measuring the role is not known.
    public var measured: MeasuredPair.Change? { moved.measured }
    /// Whether it moved, at a false discovery rate of 5 %; nil where that cannot be told.
    public var hasMoved: Bool? { moved.hasMoved }
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
