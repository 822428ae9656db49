internal import Dumps
internal import Files
internal import TensorFiles

/// The files that parts of a run were written to.
enum PartFiles {
  /// Those at `paths`, files or folders that hold some, in the order of their numbers.
  ///
  /// - Throws: `FileError` if there is none.
  static func found(_ paths: [String]) throws -> [String] {
    var found: [String] = []
    for path in paths.map(Paths.trimmed) {
      guard fileKind(path) == .folder else {
        found.append(path)
        continue
      }
      found += try parts(in: path)
      for name in try folderContents(path) where !name.hasPrefix(".") && fileKind("\(path)/\(name)") == .folder {
        found += try parts(in: "\(path)/\(name)")
      }
    }
    if found.isEmpty { throw FileError(path: paths.first ?? ".", fault: PartsFault.noParts) }
    return found.sorted(by: naturallyPrecedes)
  }

  /// One of the parts that most agree with, the first where none is in the majority: a single stranger is named, and not the others.
  private static func reference<Identity: PartIdentity>(
    _ parts: [(path: String, metadata: PartMetadata<Identity>)]
  ) -> (path: String, metadata: PartMetadata<Identity>)? {
    func agree(_ one: PartMetadata<Identity>, _ other: PartMetadata<Identity>) -> Bool {
      one.part.count == other.part.count && one.identity.difference(from: other.identity) == nil
    }
    // Boyer and Moore's vote: whatever is in the majority is left.
    var (candidate, votes) = (parts.first, 0)
    for part in parts {
      if votes == 0, let old = candidate { candidate = agree(old.metadata, part.metadata) ? old : part }
      votes += candidate.map { agree($0.metadata, part.metadata) } == true ? 1 : -1
    }
    guard let candidate else { return nil }
    let agreeing = parts.count { agree($0.metadata, candidate.metadata) }
    return 2 * agreeing > parts.count ? parts.first { agree($0.metadata, candidate.metadata) } : parts.first
  }

  private static func parts(in folder: String) throws -> [String] {
    try folderContents(folder).filter { $0.hasPrefix("part-") && $0.hasSuffix(".safetensors") }.map {
      "\(folder)/\($0)"
    }
  }

  /// What all of `parts`, at these paths, are of, where each is there once.
  ///
  /// - Parameter paths: what was given.
  /// - Throws: `FileError` that names a part which is of another run, is there twice, or is missing.
  static func identity<Identity: PartIdentity>(
    of parts: [(path: String, metadata: PartMetadata<Identity>)], givenAs paths: [String]
  ) throws -> Identity {
    guard let first = reference(parts) else { throw FileError(path: paths.first ?? ".", fault: PartsFault.noParts) }
    let count = first.metadata.part.count
    var found: [Int: String] = [:]
    for (path, metadata) in parts {
      if let difference = metadata.identity.difference(from: first.metadata.identity) {
        throw FileError(path: path, fault: PartsFault.foreign(other: first.path, difference: difference))
      }
      let own = metadata.part
      if own.count != count {
        throw FileError(
          path: path,
          fault: PartsFault.foreign(
            other: first.path, difference: "it is one of \(own.count) parts, and that one of \(count)"))
      }
      if let other = found.updateValue(path, forKey: own.number) {
        throw FileError(path: path, fault: PartsFault.doubled(number: own.number, count: count, other: other))
      }
    }
    let missing = (1...count).filter { found[$0] == nil }
    if !missing.isEmpty { throw FileError(path: paths[0], fault: PartsFault.missing(missing, count: count)) }
    return first.metadata.identity
  }
}

extension PartKind {
  /// That of the parts at `paths`: files, or folders that hold some.
  ///
  /// - Throws: `FileError` if there are none, if a file is no part, or if they are of several verbs.
  public init(ofPartsAt paths: [String]) throws {
    let files = try PartFiles.found(paths)
    let kinds = try files.map { path in
      let format = try TensorFile(path: path).metadata.first { $0.key == "format" }?.value
      guard let kind = [PartKind.components, .vectors].first(where: { $0.format == format }) else {
        throw FileError(path: path, fault: PartsFault.notAPart)
      }
      return kind
    }
    for (path, kind) in zip(files, kinds) where kind != kinds[0] {
      throw FileError(path: path, fault: PartsFault.mixed(kind, other: files[0], kinds[0]))
    }
    self = kinds[0]
  }
}
