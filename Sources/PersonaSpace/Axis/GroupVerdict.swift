/// What the groups of roles make of the verdict of a layer.
public struct GroupVerdict: Sendable {
  /// A group, and the verdict without it.
  public struct Without: Sendable {
    /// The axis of the roles outside the group.
    public let axis: GroupInfluence.Without
    /// The outcome of these, whose first component is taken to be above chance where that of all roles is; inconclusive of fewer than ten
    /// roles.
    public let outcome: AxisVerdict.Outcome
    /// Whether that differs from the outcome of all roles; nil where fewer than ten roles are left, which tell nothing.
    public let changes: Bool?
    /// Whether its roles are nearer to the default than to the mean role on average, as other names for the Assistant are.
    public var liesAtDefault: Bool { axis.meanPosition >= 0.5 }
  }

  /// The groups.
  public let influence: GroupInfluence
  /// The verdict by the interval over whole groups; nil without one.
  public let outcome: AxisVerdict.Outcome?
  /// The verdict without each named group.
  public let without: [Without]

  /// The groups without which the verdict is another one, those without which it says least for an axis first.
  public var carriers: [Without] {
    let changing = without.filter { $0.changes == true }
    return changing.indices.sorted { (changing[$0].outcome.rank, $0) < (changing[$1].outcome.rank, $1) }.map {
      changing[$0]
    }
  }

  /// Of `verdict`, which rests on `parallel`.
  init(_ influence: GroupInfluence, of verdict: AxisVerdict, parallel: ParallelAnalysis?) {
    let evidence = verdict.evidence
    without = influence.without.map { axis in
      let own = AxisVerdict(
        cosine: axis.cosine, interval: axis.interval, null: evidence.null, relative: axis.relative, roles: axis.left,
        parallel: parallel)
      return Without(
        axis: axis, outcome: own.outcome,
        changes: axis.left < AxisVerdict.leastRoles ? nil : own.outcome != verdict.outcome)
    }
    outcome = influence.cosine.map {
      AxisVerdict(
        cosine: evidence.cosine, interval: $0, null: evidence.null, relative: evidence.relative, roles: evidence.roles,
        parallel: parallel
      ).outcome
    }
    self.influence = influence
  }
}
