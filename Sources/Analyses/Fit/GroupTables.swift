internal import Files
public import PersonaSpace

/// `groups.csv`: the axis without each group of roles.
enum GroupTables {
  struct Row {
    let layer: Int
    let without: GroupVerdict.Without
  }

  static let schema = CSVSchema<Row> {
    CSVColumn("layer") { .integer($0.layer) }
    CSVColumn("group") { .text($0.without.axis.name) }
    CSVColumn("roles") { .integer($0.without.axis.roles) }
    CSVColumn("mean_position") { .number($0.without.axis.meanPosition) }
    CSVColumn("roles_left") { .integer($0.without.axis.left) }
    CSVColumn("cos_axis_pc1_without") { .number($0.without.axis.cosine) }
    intervalColumns("cos_axis_pc1_without") { $0.without.axis.interval }
    CSVColumn("default_relative_without") { .number($0.without.axis.relative) }
    CSVColumn("verdict_without") { .text($0.without.outcome.rawValue) }
    CSVColumn("changes_verdict") { $0.without.changes.map { .text($0 ? "yes" : "no") } ?? .empty }
    CSVColumn("note") {
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
