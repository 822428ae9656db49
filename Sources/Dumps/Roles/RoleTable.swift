internal import Files

/// The optional `roles.csv` of a dump folder: the group and level of roles.
package struct RoleTable: Sendable, Equatable {
  /// What the table says of one role; empty where it says nothing.
  package struct Label: Sendable, Equatable {
    package var group = ""
    package var level = ""
  }

  private let labels: [String: Label]

  package static let empty = RoleTable(labels: [:])

  private init(labels: [String: Label]) { self.labels = labels }

  /// Reads the table in `folder`; an empty one if there is none.
  package init(inFolder folder: String) throws {
    let path = "\(folder)/roles.csv"
    guard fileKind(path) != .missing else {
      self = .empty
      return
    }
    var reader = try CSVReader(path: path)
    let role = try reader.column("role")
    let (group, level) = (reader.columns.firstIndex(of: "group"), reader.columns.firstIndex(of: "level"))
    var labels: [String: Label] = [:]
    while try reader.next() {
      let label = Label(group: group.map(reader.text) ?? "", level: level.map(reader.text) ?? "")
      let name = reader.text(role)
      if let other = labels.updateValue(label, forKey: name), other != label {
        throw reader.error(RoleTableFault.repeated(name))
      }
    }
    self.labels = labels
  }

  /// What a file of role vectors says in the table's place; an empty one if it says nothing.
  init(_ metadata: SpaceMetadata) {
    let (roles, groups, levels) = (metadata.roles ?? [], metadata.groups ?? [], metadata.levels ?? [])
    guard groups.count == roles.count, levels.count == roles.count else {
      self = .empty
      return
    }
    labels = Dictionary(zip(roles, zip(groups, levels)).map { ($0, Label(group: $1.0, level: $1.1)) }) { first, _ in
      first
    }
  }

  /// The roles it names.
  package var names: Set<String> { Set(labels.keys) }

  package subscript(role: String) -> Label { labels[role] ?? Label() }
}

/// Why a table of roles is refused.
package enum RoleTableFault: FileFault, Equatable {
  case repeated(String)

  package var explanation: String {
    switch self {
    case .repeated(let role): "the role '\(role)' is there twice, with another group or level; keep one of the lines"
    }
  }
}
