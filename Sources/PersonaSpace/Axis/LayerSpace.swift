public import LinearAlgebra
internal import Statistics

/// The persona space of one layer, fitted to role vectors.
public struct LayerSpace: Sendable {
  /// The components of the role vectors.
  public let components: PrincipalComponents
  /// Everything that needs the default Assistant; nil without one.
  public private(set) var assistant: AssistantFit?
  /// The largest dimensions of the role vectors, before scaling, and their shares of the squared norm.
  public let massive: MassiveDimensions
  /// What each dimension was multiplied by, and what activations must be before they are read in this space; shape (d), 0 for
  /// dimensions that are dropped. Nil if nothing was scaled.
  public let factors: [Double]?
  /// As many of the largest dimensions are kept.
  private static let massiveCount = 16
  /// What resampling and nulls say of it; nil if they were not asked.
  public private(set) var uncertainty: LayerUncertainty?
  /// What the axis is without the massive dimensions; nil where there are none, or it was not asked.
  public private(set) var withoutMassive: MassiveInfluence?

  /// The axis and what is read along it.
  public struct AssistantFit: Sendable {
    /// The contrast axis.
    public let axis: AssistantAxis
    /// The signed cosine between the axis and each component, not negative by orientation; NaN where a component
    /// has no variance.
    public let componentCosines: [Double]
    /// The roles' places with respect to the axis, in the order of the rows.
    public let roles: [AxisReading]
    /// The default's own place: position 1, distance 0.
    public let assistant: AxisReading
    /// Each role's rank by axis position; 1 is the most Assistant-like. Equal positions rank in row order.
    public let ranks: [Int]
    /// Where the default sits on the first component.
    public let extremity: DefaultExtremity
    /// The 95 % quantile of |cos| with a random direction.
    public let randomNull: Double
    /// Whether the layer has an Assistant axis: on the estimates alone, until resampling is done.
    public fileprivate(set) var verdict: AxisVerdict
    /// What the groups of roles make of that; nil without groups, or resampling.
    public fileprivate(set) var groupVerdict: GroupVerdict?
  }

  /// Fits the space.
  ///
  /// - Parameters:
  ///   - roles: one role vector a row, the default excluded; shape (R, d), finite.
  ///   - assistant: the default Assistant's vector, shape (d); nil for components alone.
  ///   - count: how many components to keep directions and scores of.
  ///   - scaling: what is done with the dimensions first. All vectors of the space are of scaled activations.
  /// - Throws: `SpaceFault` or `LinearAlgebraError`.
  public init(roles: Matrix, assistant: [Double]?, keeping count: Int, scaling: FeatureScaling = .init()) throws {
    factors = try scaling.factors(for: roles)
    massive = MassiveDimensions(of: roles, count: Self.massiveCount)
    let (roles, assistant) = (roles.scalingColumns(by: factors), assistant?.scaled(by: factors))
    let components = try PrincipalComponents(of: roles, keeping: count, orientedBy: assistant)
    self.components = components
    self.assistant = try assistant.map {
      try AssistantFit(roles: roles, components: components, assistant: $0, dimensions: keptDimensions)
    }
  }

  /// The dimensions that are not dropped, among which directions could point anywhere.
  public var keptDimensions: [Int] {
    factors.map { factors in factors.indices.filter { factors[$0] != 0 } } ?? Array(components.mean.indices)
  }

  /// The fit with what resampling and nulls say of it, judged by both.
  public func with(_ uncertainty: LayerUncertainty) -> LayerSpace {
    var space = self
    space.uncertainty = uncertainty
    space.judge()
    return space
  }

  /// The fit with what the axis is without the massive dimensions, judged by it, too.
  ///
  /// - Parameter roles: the role vectors as the space was given them, before scaling; shape (R, d).
  /// - Throws: `LinearAlgebraError`.
  public func readWithoutMassive(roles: Matrix, assistant: [Double]?) throws -> LayerSpace {
    guard let assistant else { return self }
    var space = self
    space.withoutMassive = try MassiveInfluence(roles: roles, assistant: assistant, factors: factors)
    space.judge()
    return space
  }

  private mutating func judge() {
    let verdict = AxisVerdict(
      cosine: assistant?.componentCosines[0] ?? .nan, interval: uncertainty?.bootstrap?.cosine,
      null: assistant?.randomNull ?? .nan, relative: assistant?.extremity.relative ?? .nan,
      roles: components.scores.rows, parallel: uncertainty?.parallel, withoutMassive: withoutMassive)
    assistant?.verdict = verdict
    assistant?.groupVerdict = uncertainty?.groups.map {
      GroupVerdict($0, of: verdict, parallel: uncertainty?.parallel)
    }
  }
}

extension LayerSpace.AssistantFit {
  fileprivate init(
    roles rows: Matrix, components: PrincipalComponents, assistant point: [Double], dimensions: [Int]
  ) throws {
    axis = try AssistantAxis(assistant: point, roleMean: components.mean)
    let (axis, scores) = (axis, components.referenceScores ?? [])
    // The score of the default on a component is axis · component.
    componentCosines = scores.map { min($0 / axis.norm, 1) }
    roles = (0..<rows.rows).map { axis.reading(of: rows.row($0)) }
    assistant = axis.reading(of: point[...])
    ranks = descendingRanks(of: roles.map(\.position))
    extremity = DefaultExtremity(
      roles: (0..<rows.rows).map { components.scores[$0, 0] }, assistant: scores[0])
    randomNull = RandomDirectionNull(dimensions: max(dimensions.count, 1)).quantile(0.95)
    verdict = AxisVerdict(
      cosine: componentCosines[0], interval: nil, null: randomNull, relative: extremity.relative, roles: rows.rows,
      parallel: nil)
  }
}
