internal import Analyses
internal import PersonaSpace
internal import Statistics

/// What the groups of roles make of the verdict, in lines of the report of `fit`.
enum GroupReport {
  /// More groups than these are in groups.csv alone.
  private static let most = 3

  /// The groups without which the verdict over all layers is another one.
  static func overall(_ fit: FitResult) -> [String] {
    let changing = fit.changingGroups
    guard fit.layers.count > 1 else { return [] }
    let lines = changing.prefix(most).flatMap { group in
      [
        "  without group \(named(group.name, group.roles, group.meanPosition)) it is "
          + "\(group.outcome.rawValue.uppercased()), found at \(group.found) of \(fit.layers.count) layers"
      ]
        + (group.liesAtDefault ? [synonyms] : [])
    }
    return lines + rest(changing.count)
  }

  /// What groups make of the verdict of the layer at `index`.
  static func lines(_ fit: FitResult, _ index: Int) -> [String] {
    guard let assistant = fit.spaces[index].assistant, let groups = assistant.groupVerdict else { return [] }
    let influence = groups.influence
    var lines: [String] = []
    if let interval = influence.cosine, let outcome = groups.outcome {
      lines.append(
        "  roles of one group are not independent: 95 % interval over \(influence.groups.count) whole groups "
          + "\(fixed(interval.low, 3)) to \(fixed(interval.high, 3))"
          + (outcome == assistant.verdict.outcome ? "" : "; by it the verdict would be \(outcome.rawValue)"))
    } else if let reason = influence.groups.unresampled {
      lines.append("  groups: \(reason.words)")
    }
    for carrier in groups.carriers.prefix(most) {
      let axis = carrier.axis
      let interval = axis.interval.map { " (95 % interval \(fixed($0.low, 3)) to \(fixed($0.high, 3)))" } ?? ""
      lines.append(
        "  the verdict rests on group \(named(axis.name, axis.roles, axis.meanPosition)): without it cos(axis, PC1) is "
          + "\(fixed(axis.cosine, 3))\(interval), the default at \(fixed(axis.relative, 3)) of the range of PC1: "
          + carrier.outcome.rawValue)
      if carrier.liesAtDefault, fit.layers.count == 1 { lines.append(synonyms) }
    }
    lines += rest(groups.carriers.count)
    let untold = groups.without.filter { $0.changes == nil }
    if !untold.isEmpty {
      let names = untold.prefix(most).map { "'\(shown($0.axis.name))'" }.joined(separator: ", ")
      lines.append(
        "  without group \(names)\(untold.count > most ? ", …" : "") fewer than \(AxisVerdict.leastRoles) roles are left: "
          + "whether the verdict rests on it is not identified; more roles outside it would tell")
    }
    return lines
  }

  /// What is to be done about roles at the default.
  private static let synonyms =
    "    its roles lie at the default. If they are other names for the Assistant, the axis is between them and the rest: "
    + "leave them out, and fit again"

  private static func named(_ name: String, _ roles: Int, _ position: Double) -> String {
    "'\(shown(name))' (\(roles) role\(roles == 1 ? "" : "s"), on average at \(fixed(position, 2)) of the way from the mean role to the default)"
  }

  private static func rest(_ count: Int) -> [String] {
    count > most ? ["  \(count - most) more groups have the same effect: see groups.csv"] : []
  }
}
