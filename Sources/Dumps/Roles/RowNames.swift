internal import Files
internal import FoundationEssentials
internal import TensorFiles

/// The roles' names of the rows of a stack of vectors: in the file itself, `{"roles": […], "vectors": (R, L, d)}`, or in a list
/// beside it, `role_names.json`.
struct RowNames {
  /// One a row.
  let names: [String]

  private static let keys = ["roles", "role_names", "names", "labels"]

  /// Those of the rows of `stack`; nil if nothing names them.
  ///
  /// - Throws: `FileError` if a list is there that names another number of rows, or one twice.
  init?(ofStack stack: TensorEntry, in file: TensorFile) throws {
    let count = stack.shape.first ?? 0
    guard let (place, names) = try Self.inside(file) ?? Self.beside(file) else { return nil }
    guard names.count == count else {
      throw FileError(path: place, fault: RowNamesFault.count(names: names.count, rows: count))
    }
    self.names = names
  }

  private static func inside(_ file: TensorFile) throws -> (String, [String])? {
    let values = Dictionary(file.metadata.map { ($0.key, $0.value) }) { first, _ in first }
    for key in keys {
      var names: [String] = []
      while let name = values["\(key).\(names.count)"] { names.append(name) }
      if names.isEmpty, let text = values[key] {
        names = (try? JSONDecoder().decode([String].self, from: Data(text.utf8))) ?? []
      }
      if !names.isEmpty { return (file.path, names) }
    }
    return nil
  }

  private static func beside(_ file: TensorFile) throws -> (String, [String])? {
    let (folder, stem) = (Paths.parent(of: file.path), tensorStem(Paths.lastComponent(of: file.path)) ?? "")
    for name in ["\(stem)_names", "role_names", "roles", "names"].map({ "\(folder)/\($0).json" })
    where fileKind(name) == .file {
      return (name, try decodeJSON([String].self, at: name))
    }
    return nil
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
