internal import Files
internal import FoundationEssentials
internal import TensorFiles

/// The roles' names of the rows of a stack of vectors: in the file itself, `{"roles": […], "vectors": (R, L, d)}`, or in a list
/// beside it, `role_names.json` or `names.txt`.
struct RowNames {
  /// One a row.
  let names: [String]
  /// The axis of the stack that they are along: the first, or the second of (L, R, d).
  let axis: Int

  private static let keys = ["roles", "role_names", "names", "labels", "role", "persona", "name", "personas"]

  /// Those of the rows of `stack`; nil if nothing names them.
  ///
  /// - Throws: `FileError` if a list is there that names another number of rows, or one twice.
  init?(ofStack stack: TensorEntry, in file: TensorFile) throws {
    guard
      let (place, names) = try Self.inside(file, rows: stack.shape.first ?? 0) ?? Self.beside(file, shape: stack.shape)
    else { return nil }
    if names.count != stack.shape.first, stack.shape.count == 3, names.count == stack.shape[1] {
      axis = 1
    } else {
      axis = 0
    }
    guard names.count == stack.shape[axis] else {
      throw FileError(path: place, fault: RowNamesFault.count(names: names.count, rows: stack.shape[axis]))
    }
    self.names = names
  }

  private static func inside(_ file: TensorFile, rows: Int) throws -> (String, [String])? {
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
        if names.isEmpty, parts.count == rows, rows > 1 { names = parts }
      }
      if !names.isEmpty { return (file.path, names) }
    }
    // A list of as many texts, whatever it is called: (vectors, names) is a usual pair.
    let others = Set(file.metadata.compactMap { $0.key.hasSuffix(".0") ? String($0.key.dropLast(2)) : nil })
    let lists = others.sorted().map(list).filter { $0.count == rows && !$0.contains { Double($0) != nil } }
    return lists.count == 1 ? (file.path, lists[0]) : nil
  }

  private static func beside(_ file: TensorFile, shape: [Int]) throws -> (String, [String])? {
    let (folder, stem) = (Paths.parent(of: file.path), tensorStem(Paths.lastComponent(of: file.path)) ?? "")
    let sure = ["\(stem)_names", "role_names", "names"]
    for name in sure + [stem, "\(stem)_roles"] + keys + ["metadata", "meta", "index"] {
      for ending in ["json", "txt"] {
        let path = "\(folder)/\(name).\(ending)"
        guard fileKind(path) == .file else { continue }
        if sure.contains(name) { return (path, try list(at: path)) }
        // A file of such a name may be of something else.
        if let names = try? list(at: path), shape.prefix(2).contains(names.count) { return (path, names) }
      }
    }
    return nil
  }

  /// The names in the file at `path`: of JSON, or one a line.
  private static func list(at path: String) throws -> [String] {
    if path.hasSuffix(".json") { return try decodeJSON(NameList.self, at: path).names }
    return String(decoding: try readFile(path, limit: mostBytes), as: UTF8.self)
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
  case count(names: Int, rows: Int)

  var explanation: String {
    switch self {
    case .count(let names, let rows): "\(names) names for \(rows) rows of vectors; one a row, in their order, is wanted"
    }
  }
}
