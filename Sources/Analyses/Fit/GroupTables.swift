internal import Files
public import PersonaSpace

/// `groups.csv`: the axis without each group of roles.
enum GroupTables {
  struct Row {
    let layer: Int
    let without: GroupVerdict.Without
  }

  static let schema = CSVSchema<Row> {
    CSVColumn("layer", "The layer.", .layer) { .integer($0.layer) }
    CSVColumn("group", "The group of roles that is left out.") { .text($0.without.axis.name) }
    CSVColumn("roles", "Its roles.", .count) { .integer($0.without.axis.roles) }
    CSVColumn("mean_position", "Mean axis position of its roles.", .position) { .number($0.without.axis.meanPosition) }
    CSVColumn("roles_left", "The roles that are left.", .count) { .integer($0.without.axis.left) }
    CSVColumn(
      "cos_axis_pc1_without", "Cosine of axis and first component without the group.", .cosine,
      empty: "too few roles are left (note)"
    ) { .number($0.without.axis.cosine) }
    intervalColumns("cos_axis_pc1_without", .absoluteCosine) { $0.without.axis.interval }
    CSVColumn(
      "default_relative_without",
      "The default's place in the range of the first component without it; 1 is the Assistant's edge.", .share,
      empty: "too few roles are left (note)"
    ) { .number($0.without.axis.relative) }
    CSVColumn("verdict_without", "The verdict without it: found, weak, inconclusive, absent.", .word) {
      .text($0.without.outcome.rawValue)
    }
    CSVColumn(
      "changes_verdict", "yes or no: whether the verdict is another one without it.", .word,
      empty: "too few roles are left (note)"
    ) { $0.without.changes.map { .text($0 ? "yes" : "no") } ?? .empty }
    CSVColumn("note", "Why cells are empty.", empty: "nothing is missing") {
      $0.without.changes == nil ? .text("fewer than \(AxisVerdict.leastRoles) roles are left") : .empty
    }
  }

  /// One row a layer and group.
  static func groups(_ fit: FitResult) -> CSVTable {
    schema.table { take in
      for (layer, space) in zip(fit.layers, fit.spaces) {
        for without in space.assistant?.groupVerdict?.without ?? [] { try take(Row(layer: layer, without: without)) }
      }
    }
  }
}

extension RoleGroups.Unresampled {
  /// Why there is no interval over groups, as a clause.
  public var words: String {
    switch self {
    case .oneGroup: "all roles are in one group: whole groups cannot be drawn anew"
    case .fewGroups(let count):
      "\(count) groups are too few to draw anew: \(LayerUncertainty.leastRoles) are needed, roles without one counted each"
    case .noSiblings: "no group has two roles: the interval over roles is the one over groups"
    }
  }
}
