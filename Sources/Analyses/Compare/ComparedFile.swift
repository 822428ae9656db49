internal import Dumps
internal import Files

/// A space that is compared, and the name it goes by.
struct ComparedFile: Sendable {
  /// The path of the file.
  let path: String
  /// The name by which tables call it.
  let name: String
  let space: Space

  /// The layers of its model, as far as the dump told: the highest row and those before it. Nil for a single row, whose number
  /// says nothing of the others.
  var depth: Int? { space.rowLayers.count > 1 ? space.rowLayers.max().map { $0 + 1 } : nil }

  /// Reads the spaces at `paths`, which are files or folders with a `space.safetensors`.
  ///
  /// - Parameter names: what to call them, one for each; nil for their folders or files.
  static func read(_ paths: [String], names: [String]?) throws -> [ComparedFile] {
    let files = try paths.map(file)
    let names = names ?? self.names(paths)
    return try zip(files, names).map { file, name in
      ComparedFile(path: file, name: name, space: try Space(readingFrom: file))
    }
  }

  /// The space file that `path` is or holds.
  private static func file(_ path: String) throws -> String {
    switch fileKind(path) {
    case .missing: throw FileError(path: path, fault: AccessFault.nothing(at: path))
    case .folder:
      let file = "\(Paths.trimmed(path))/space.safetensors"
      guard fileKind(file) != .missing else { throw FileError(path: path, fault: CompareFault.noSpace(path)) }
      return file
    default: return path
    }
  }

  /// The folder of each `space.safetensors`, the stem of each other file, if these differ; the paths otherwise.
  private static func names(_ paths: [String]) -> [String] {
    let short = paths.map { path -> String in
      var parts = Paths.components(path)
      if parts.last == "space.safetensors", parts.count > 1 { parts.removeLast() }
      let last = parts.last ?? path
      let suffix = ".safetensors"
      return last.hasSuffix(suffix) && last.count > suffix.count ? String(last.dropLast(suffix.count)) : last
    }
    if Set(short).count == paths.count, !short.contains(where: { $0 == "." || $0 == ".." }) { return short }
    var seen: [String: Int] = [:]
    return paths.map { path in
      seen[path, default: 0] += 1
      return (seen[path] ?? 1) > 1 ? "\(path) (\(seen[path] ?? 1))" : path
    }
  }
}
