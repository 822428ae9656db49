internal import Dumps
internal import Files
internal import LinearAlgebra

/// Which vectors are the same, element by element, in every layer that was added.
struct RepeatedVectors {
  /// Elements by which vectors are told apart at first, without a look at the rest.
  private static let prefix = 8

  private let names: [String]
  /// The name of the default; nil without one.
  private let assistant: String?
  /// Groups of vectors that were the same so far, each by their places; the default comes behind the roles.
  private var groups: [[Int]]

  /// Of the roles `names` and, if it has a name, the default.
  init(_ names: [String], assistant: String?) {
    (self.names, self.assistant) = (names, assistant)
    groups = [Array(0..<names.count + (assistant == nil ? 0 : 1))]
  }

  /// Adds a layer: `roles`, one a row, and the default.
  mutating func add(_ roles: Matrix, _ assistant: [Double]?) {
    func vector(_ place: Int) -> ArraySlice<Double> {
      place < roles.rows ? roles.row(place) : (assistant ?? [])[...]
    }
    groups = groups.flatMap { group in
      Dictionary(grouping: group) { vector($0).prefix(Self.prefix).map(\.bitPattern) }.values.flatMap { alike in
        var same: [[Int]] = []
        for place in alike {
          if let found = same.firstIndex(where: { vector($0[0]) == vector(place) }) {
            same[found].append(place)
          } else {
            same.append([place])
          }
        }
        return same.filter { $0.count > 1 }
      }
    }
  }

  /// What a user should know of them: each group of roles, and those that are the default.
  var notes: [String] {
    var notes: [String] = []
    for group in groups.sorted(by: { $0[0] < $1[0] }) {
      let roles = group.filter { $0 < names.count }.map { names[$0] }
      if roles.count > 1 {
        notes.append(
          "\(roles.count) roles have identical vectors and count as \(roles.count): \(listed(roles)); are they copies?")
      }
      if let assistant, roles.count < group.count {
        notes.append(
          "identical to the default '\(assistant)', but taken as \(roles.count == 1 ? "a role" : "roles"): \(listed(roles)); take it out if it is the default under another name"
        )
      }
    }
    return notes
  }
}

extension RepeatedVectors {
  /// Those of the dump at `path`, of whatever layers it has; nil if it holds no role vectors that can be read.
  ///
  /// - Parameter bytes: what its files have together. Views can claim more elements than that, which are not looked at.
  static func inDump(_ path: String, bytes: Int) -> RepeatedVectors? {
    guard let all = try? RoleSources(at: path, assistantName: "default"), all.roles.count > 1,
      let vectors = try? RoleVectorSet(all), vectors.hiddenSize > 0, vectors.sources.roles.count > 1,
      vectors.rows <= bytes / vectors.hiddenSize / all.roles.count
    else { return nil }
    let sources = vectors.sources
    var found = RepeatedVectors(sources.roles.map(\.name), assistant: sources.assistant?.name)
    for row in 0..<vectors.rows where !found.groups.isEmpty {
      guard let group = try? vectors.read(row..<row + 1, selection: Array(sources.roles.indices)) else { return nil }
      found.add(group.roles[0], group.assistant.first)
    }
    return found
  }
}
