internal import Files
internal import FoundationEssentials
package import TensorFiles

/// The roles' names of the rows of a stack of vectors: in the file itself, `{"roles": […], "vectors": (R, L, d)}`, or in a list
/// beside it, `role_names.json` or `names.txt`.
struct RowNames {
  /// One a row.
  let names: [String]
  /// The file that has them.
  let place: String
  /// A file of names that names another number of rows; nil if there is none.
  var unused: String?

  private static let keys = ["roles", "role_names", "names", "labels", "role", "persona", "name", "personas"]

  /// Those of the rows of `stack`; nil if nothing names them.
  ///
  /// - Throws: `FileError` if a list cannot be read, or two lists name the rows otherwise.
  static func of(_ stack: TensorEntry, in file: TensorFile) throws -> RowNames? {
    let lists = try [inside(file, shape: stack.shape)].compactMap(\.self) + beside(file, shape: stack.shape)
    guard var first = lists.first else { return nil }
    // A list of another length beside one that fits is of something else.
    let fits = stack.shape.prefix(2).contains(first.names.count)
    let other = lists.first { $0.names != first.names && (!fits || $0.names.count == first.names.count) }
    if let other {
      throw FileError(path: first.place, fault: RowNamesFault.otherNames(first.names, other.names, place: other.place))
    }
    if fits { first.unused = lists.first { $0.names.count != first.names.count }?.place }
    return first
  }

  private static func inside(_ file: TensorFile, shape: [Int]) throws -> RowNames? {
    let values = Dictionary(file.metadata.map { ($0.key, $0.value) }) { first, _ in first }
    func list(_ key: String) -> [String] {
      var names: [String] = []
      while let name = values["\(key).\(names.count)"] { names.append(name) }
      return names
    }
    for key in keys {
      var names = list(key)
      if names.isEmpty, let text = values[key] {
        names = (try? JSONDecoder().decode([String].self, from: Data(text.utf8))) ?? []
        let parts = text.split(separator: ",").map { trimmed($0) }
        if names.isEmpty, parts.count > 1, shape.prefix(2).contains(parts.count) { names = parts }
      }
      if !names.isEmpty { return RowNames(names: names, place: file.path) }
    }
    // A list of as many texts, whatever it is called: (vectors, names) is a usual pair.
    let others = Set(file.metadata.compactMap { $0.key.hasSuffix(".0") ? String($0.key.dropLast(2)) : nil })
    let lists = others.sorted().map(list).filter { list in
      shape.prefix(2).contains(list.count) && !list.contains { Double($0) != nil }
    }
    return lists.count == 1 ? RowNames(names: lists[0], place: file.path) : nil
  }

  /// Those in files beside `file`, the likeliest first.
  private static func beside(_ file: TensorFile, shape: [Int]) throws -> [RowNames] {
    let (folder, stem) = (Paths.parent(of: file.path), tensorStem(Paths.lastComponent(of: file.path)) ?? "")
    func paths(_ names: [String]) -> [String] {
      names.flatMap { name in ["json", "txt"].map { "\(folder)/\(name).\($0)" } }.filter { fileKind($0) == .file }
    }
    // A file of another name may be of something else.
    func fitting(_ names: [String]) -> [RowNames] {
      paths(names).compactMap { path in
        (try? list(at: path)).flatMap {
          shape.prefix(2).contains($0.count) ? RowNames(names: $0, place: path) : nil
        }
      }
    }
    let sure = ["\(stem)_names", "role_names", "names"]
    let own = ["\(stem)_roles", "roles"]
    if let first = paths(sure).first {
      let found = RowNames(names: try list(at: first), place: first)
      let others = paths(sure).compactMap { path in (try? list(at: path)).map { RowNames(names: $0, place: path) } }
      return [found] + (others + fitting(own)).filter { $0.place != first }
    }
    let named = fitting(own)
    return named.isEmpty ? Array(fitting([stem] + keys + ["metadata", "meta", "index"]).prefix(1)) : named
  }

  /// The names in the file at `path`: of JSON, or one a line.
  private static func list(at path: String) throws -> [String] {
    if path.hasSuffix(".json") { return try decodeJSON(NameList.self, at: path).names }
    let bytes = try readFile(path, limit: mostBytes)
    // Some editors begin a file with the mark of UTF-8.
    return String(decoding: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...], as: UTF8.self)
      .split(whereSeparator: \.isNewline).map { trimmed($0) }.filter { !$0.isEmpty }
  }

  /// More than any list of names takes.
  private static let mostBytes = 1 << 24

  private static func trimmed(_ text: some StringProtocol) -> String {
    var text = Substring(text)
    while text.first?.isWhitespace ?? false { text.removeFirst() }
    while text.last?.isWhitespace ?? false { text.removeLast() }
    return String(text)
  }
}

/// Names in JSON: a list; an object with one under `roles` or `names`; or an object that gives each name its place.
private struct NameList: Decodable {
  let names: [String]

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    if let list = try? [String](from: decoder) {
      names = list
      return
    }
    if let places = try? [String: Int](from: decoder), Set(places.values) == Set(0..<places.count), !places.isEmpty {
      names = places.sorted { $0.value < $1.value }.map(\.key)
      return
    }
    let values = try decoder.container(keyedBy: Key.self)
    for key in ["roles", "role_names", "names", "labels", "personas"].compactMap(Key.init) {
      if let list = try? values.decode([String].self, forKey: key) {
        names = list
        return
      }
    }
    throw DecodingError.dataCorrupted(
      .init(codingPath: [], debugDescription: "a list of the rows' names is wanted, such as [\"pirate\", \"judge\"]"))
  }
}

/// Why names of rows are refused.
enum RowNamesFault: FileFault, Equatable {
  case count(names: Int, rows: Int, shape: [Int])
  case otherNames([String], [String], place: String)

  var explanation: String {
    switch self {
    case .count(let names, let rows, let shape):
      "\(names) names for \(rows) rows of vectors of shape \(shape); one a row, in their order, is wanted"
    case .otherNames(let own, let others, let place):
      """
      it names the rows \(listed(own, most: 3)), and \(place) names them \(listed(others, most: 3))\(own.sorted() == others.sorted() ? ", in another order" : ""): \
      which is right? Remove or rename the other
      """
    }
  }
}

/// What to say of names that differ in nothing but capitals, and may be one role's; nil where there are none.
package func likeNames(_ names: [String]) -> String? {
  let alike = Dictionary(grouping: Set(names).sorted()) { $0.lowercased() }.values.filter { $0.count > 1 }
  guard !alike.isEmpty else { return nil }
  let pairs = alike.map { $0.map { "'\($0)'" }.joined(separator: " and ") }.sorted()
  return "\(pairs.prefix(4).joined(separator: "; ")) differ in capitals alone, and are taken as roles of their own"
}

/// Whether a list, in `file` or beside it, names the rows of `stack`, which is then one of roles.
package func namesRoles(of stack: TensorEntry, in file: TensorFile) -> Bool {
  // Lists that contradict each other name roles as well.
  (try? RowNames.of(stack, in: file).map { stack.shape.prefix(2).contains($0.names.count) } ?? false) ?? true
}
