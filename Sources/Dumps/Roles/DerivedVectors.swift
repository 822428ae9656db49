internal import Files
internal import LinearAlgebra
internal import TensorFiles

/// What lies among role vectors and is none: vectors that pipelines write beside them, the axis, the mean role, or the default
/// under another name.
///
/// A vector is one of these where its name says so and its numbers bear it out; a role that happens to be called `axis` or `mean`
/// stays a role.
struct DerivedVectors {
  /// The names of those that are no roles.
  private(set) var leftOut: Set<String> = []
  /// What a user should know of them.
  private(set) var notes: [String] = []

  /// What pipelines call such vectors, in lower case without separators.
  private static let usualNames: Set<String> = [
    "axis", "assistantaxis", "assistantdirection", "axisvector", "axisunit", "unitaxis", "personaaxis", "roleaxis",
    "direction", "contrast", "contrastvector", "difference", "diff",
    "mean", "meanvector", "meanrole", "meanroles", "meanrolevector", "rolemean", "rolesmean", "average", "averagerole",
    "averagevector", "roleaverage", "centroid", "center", "centre", "globalmean", "grandmean", "overallmean", "meanall",
    "allmean",
    "defaultvector", "defaultmean", "meandefault", "defaultactivation", "assistantvector", "assistantmean",
  ]
  /// Rows that are looked at, of all that there are.
  private static let mostRows = 5
  /// More vectors of such names are roles after all.
  private static let mostNamed = 8
  /// The cosine with default − mean above which a vector called an axis is that: means over other roles, and rounding to bfloat16,
  /// turn it a little; a role has the large part that all roles share.
  private static let leastCosine = 0.95
  /// A vector that is nearer to the mean, or the default, than this share of the axis is the same.
  private static let most = 0.05
  /// No model has fewer dimensions: vectors worked by hand are on lines often.
  private static let leastHiddenSize = 16

  /// Those of `set`.
  ///
  /// - Throws: `FileError` if a vector cannot be read.
  init(_ set: RoleVectorSet) throws {
    let roles = set.sources.roles
    let named = roles.indices.filter { index in
      Self.usualNames.contains(roles[index].name.lowercased().filter { !"_-. ".contains($0) })
    }
    guard set.hiddenSize > 0, set.rows > 0, roles.count - named.count >= 2, named.count <= Self.mostNamed else {
      return
    }
    if !named.isEmpty {
      let count = min(set.rows, Self.mostRows)
      let rows = Set((0..<count).map { count == 1 ? 0 : $0 * (set.rows - 1) / (count - 1) }).sorted()
      try judge(named, set, try rows.map { try Row(set, $0, named) })
    }
    try noteUnnamed(set, named)
  }

  /// A layer's vectors.
  private struct Row {
    let roles: Matrix
    let assistant: [Double]?
    /// The sum and the number of the vectors whose names say nothing.
    let sum: [Double]
    let count: Int

    init(_ set: RoleVectorSet, _ row: Int, _ named: [Int]) throws {
      let group = try set.read(row..<row + 1, selection: Array(set.sources.roles.indices))
      roles = group.roles[0]
      assistant = try group.assistant.first ?? Self.unwanted(set, row)
      let others = (0..<roles.rows).filter { !named.contains($0) }
      var sum = [Double](repeating: 0, count: roles.columns)
      for index in others { for (j, value) in roles.row(index).enumerated() { sum[j] += value } }
      (self.sum, count) = (sum, others.count)
    }

    /// The default where none is wanted, which an axis is told by all the same.
    private static func unwanted(_ set: RoleVectorSet, _ row: Int) throws -> [Double]? {
      guard let source = set.sources.unwantedAssistant else { return nil }
      let file = try TensorFile(path: source.path)
      let shape = try source.shape(in: file)
      guard (shape.layers, shape.hiddenSize) == (set.rows, set.hiddenSize) else { return nil }
      return try source.values(in: file, layers: row..<row + 1)
    }

    /// The means that a pipeline may have taken: of the vectors whose names say nothing, and of `more`; and with the default.
    func means(with more: [Int]) -> [[Double]] {
      let own = mean(more.map { Array(roles.row($0)) })
      return [own] + (assistant.map { [mean(more.map { Array(roles.row($0)) } + [$0])] } ?? [])
    }

    private func mean(_ more: [[Double]]) -> [Double] {
      var total = sum
      for vector in more { for (j, value) in vector.enumerated() { total[j] += value } }
      return total.map { $0 / Double(count + more.count) }
    }

    /// The root mean square distance of the roles from `mean`.
    func spread(about mean: [Double]) -> Double {
      let squares = (0..<roles.rows).map { index in
        let away = difference(Array(roles.row(index)), mean)
        return dotProduct(away, away)
      }
      return (squares.reduce(0, +) / Double(max(1, squares.count))).squareRoot()
    }
  }

  /// Sorts the roles `named` into what is none and what is one.
  private mutating func judge(_ named: [Int], _ set: RoleVectorSet, _ rows: [Row]) throws {
    for index in named {
      let source = set.sources.roles[index]
      let others = named.filter { $0 != index }
      // Of which of the others the mean is is not known: of none of them, of all, or of one more than these.
      let groups = [[], others] + others.map { [$0] } + others.map { other in others.filter { $0 != other } }
      let found = rows.map { row in
        groups.lazy.compactMap { Self.kind(Array(row.roles.row(index)), row, with: $0) }.first
      }
      let kinds = Set(found)
      if kinds.count == 1, let kind = found[0] {
        leftOut.insert(source.name)
        notes.append("\(Self.place(source)) is \(kind), as pipelines write it beside roles, and no role: left out")
      } else {
        notes.append(
          "\(Self.place(source)) is taken as a role: it is called as pipelines call the axis, the mean or the default, but is none of them by "
            + "the roles here; take it out of the folder if it is no role")
      }
    }
  }

  /// What `vector` is; nil of a role.
  private static func kind(_ vector: [Double], _ row: Row, with more: [Int]) -> String? {
    for mean in row.means(with: more) {
      let reach = row.assistant.map { euclideanNorm(difference($0, mean)) } ?? row.spread(about: mean)
      if euclideanNorm(difference(vector, mean)) <= most * reach { return "the mean of the roles" }
      guard let assistant = row.assistant else { continue }
      if euclideanNorm(difference(vector, assistant)) <= most * reach { return "the default's vector again" }
      let axis = difference(assistant, mean)
      let lengths = euclideanNorm(axis) * euclideanNorm(vector)
      if lengths > 0, abs(dotProduct(axis, vector)) >= leastCosine * lengths {
        return "the axis, the default minus the mean of the roles"
      }
    }
    return nil
  }

  /// Notes a role of another name that is the default minus the mean of the rest, in the middle layer.
  private mutating func noteUnnamed(_ set: RoleVectorSet, _ named: [Int]) throws {
    guard set.hiddenSize >= Self.leastHiddenSize, set.sources.assistant != nil else { return }
    let row = try Row(set, set.rows / 2, named)
    guard let assistant = row.assistant, row.count > 2 else { return }
    for index in (0..<row.roles.rows) where !named.contains(index) {
      let vector = Array(row.roles.row(index))
      let rest = zip(row.sum, vector).map { ($0 - $1) / Double(row.count - 1) }
      let axis = difference(assistant, rest)
      let (length, own) = (euclideanNorm(axis), euclideanNorm(vector))
      // As it is, or of unit length: beside a massive dimension every role has the direction.
      let isAlike = [length, 1].contains { abs(own - $0) <= Self.most * $0 }
      if isAlike, length > 0, abs(dotProduct(axis, vector)) > Self.sureCosine * length * own {
        notes.append(
          "\(Self.place(set.sources.roles[index])) is taken as a role, and is the default minus the mean of the others: is it the axis? "
            + "Take it out of the folder then")
      }
    }
  }

  /// That of a vector whose name says nothing.
  private static let sureCosine = 0.995

  private static func place(_ source: VectorSource) -> String {
    source.place.map { "\($0) of \(source.path)" } ?? source.path
  }
}
