/// What resampling and nulls say of the fit of a layer; `LayerResampling` finds it.
public struct LayerUncertainty: Sendable {
  /// The bootstrap; nil where there are fewer than `leastRoles`.
  public let bootstrap: AxisUncertainty?
  /// The components above chance.
  public let parallel: ParallelAnalysis
  /// What cos(axis, PC1) would be of other directions; none without an axis.
  public let nulls: [AxisNulls.Null]
  /// The angle in degrees by which the axis turns without each role; empty without an axis.
  public let influence: [Double]
  /// The things resampled behind the default: questions or responses; nil if it is one vector, of which nothing is known.
  public let assistantSamples: Int?

  /// What the answers tell of the error of measuring roles and default; nil where they are not known.
  public let errors: MeasurementErrors?
  /// What two measurements of this model would show by each of `NoiseCeiling.measures`; empty where the errors are not known.
  public let ceilings: [NoiseCeiling]

  /// The axis of half of the roles against the first component of the others; nil of too few roles, or without an axis.
  public let roleHalves: RoleHalves?

  /// How halves of the questions would scatter; nil where that was not asked, or the errors of measuring roles are not known.
  public let splitHalves: SplitHalfDraws?

  /// What the groups of roles say of the axis; nil without groups, or an axis.
  public let groups: GroupInfluence?

  /// Fewer roles give samples that are mostly copies of one another.
  public static let leastRoles = 5
}
