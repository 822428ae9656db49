public import PersonaSpace

extension FitResult {
  /// A group of roles without which the verdict over all layers is another one.
  public struct ChangingGroup: Sendable {
    /// Its name.
    public let name: String
    /// The number of its roles.
    public let roles: Int
    /// Their mean axis position over all layers.
    public let meanPosition: Double
    /// The verdict over all layers without it.
    public let outcome: AxisVerdict.Outcome
    /// The layers at which the axis is found without it.
    public let found: Int
    /// Whether its roles are nearer to the default than to the mean role, as other names for the Assistant are.
    public var liesAtDefault: Bool { meanPosition >= 0.5 }
  }

  /// The groups without which the verdict over all layers is another one, those without which it is found at the fewest layers first; of those
  /// without which ten roles are left.
  public var changingGroups: [ChangingGroup] {
    let layers = spaces.compactMap { $0.assistant?.groupVerdict?.without }
    guard let verdict, let first = layers.first, layers.count == spaces.count else { return [] }
    let changing = first.indices.compactMap { place -> ChangingGroup? in
      let own = layers.map { $0[place] }
      let outcome = AxisVerdict.overall(own.map(\.outcome))
      guard own.allSatisfy({ $0.changes != nil }), outcome != verdict else { return nil }
      return ChangingGroup(
        name: own[0].axis.name, roles: own[0].axis.roles,
        meanPosition: own.reduce(0) { $0 + $1.axis.meanPosition } / Double(own.count), outcome: outcome,
        found: own.count { $0.outcome == .found })
    }
    // Of equals those nearer to the default, then in the order of the groups.
    return changing.indices.sorted {
      (changing[$0].found, -changing[$0].meanPosition, $0) < (changing[$1].found, -changing[$1].meanPosition, $1)
    }.map { changing[$0] }
  }
}
