internal import Dumps
public import Files
internal import LinearAlgebra

/// Joins the parts of a `persona components` run that several processes did.
public struct MergeRun: Sendable {
  let paths: [String]
  let options: ComponentsOptions
  let log: RunLog

  /// Of the parts at `paths`: files, or folders that hold some.
  public init(_ paths: [String], options: ComponentsOptions, log: RunLog = .silent) {
    (self.paths, self.options, self.log) = (paths, options, log)
  }

  private struct Part {
    let path: String
    let metadata: PartMetadata
    let nodes: [NodeFile.Found]
  }

  /// Joins them, and writes the table and the file to `output`, which the caller commits.
  ///
  /// - Throws: `FileError` if a part is missing, given twice, damaged or of another run.
  public func run(into output: OutputFolder) async throws -> ComponentsResult {
    let parts = try files().map { path in
      let (metadata, nodes) = try NodeFile.contents(of: path)
      return Part(path: path, metadata: try PartMetadata(metadata, path: path), nodes: nodes)
    }
    let identity = try checked(parts)
    let plan = ShardPlan(rows: identity.rows)
    let lengths = CovarianceTiles.lengths(columns: identity.hiddenSize)
    var layers: [LayerComponents] = []
    for (index, number) in identity.layers.enumerated() {
      var (tree, shift) = (ReductionTree(shards: plan.count), [Double]())
      for node in parts.flatMap(\.nodes) where node.layer == index {
        let read = try NodeFile.read(node, lengths: lengths)
        guard Set(tree.summed).isDisjoint(with: node.place.shards(of: plan.count)),
          shift.isEmpty || shift == read.shift,
          read.shift.count == identity.hiddenSize
        else { throw FileError(path: node.path, fault: ComponentsFault.damaged) }
        shift = read.shift
        tree.insert(read.sums, at: node.place)
      }
      guard let sums = tree.root else { throw FileError(path: parts[0].path, fault: ComponentsFault.damaged) }
      let decomposition = CovarianceDecomposition(layer: number, path: parts[0].path, options: options)
      layers.append(try await decomposition.components(of: sums, shift: shift))
      log.progress("merge", index + 1, identity.layers.count)
    }
    try output.write(ComponentsTable.table(layers), to: ComponentsRun.outputs[0])
    try ComponentsFile.write(
      layers, to: output, try ComponentsMetadata(identity, options, model: parts[0].metadata.model).entries)
    return ComponentsResult(layers, wanted: options.count, reason: "")
  }

  /// What all parts are of.
  private func checked(_ parts: [Part]) throws -> RunIdentity {
    guard let first = parts.first else {
      throw FileError(path: paths.first ?? ".", fault: ComponentsFault.noParts)
    }
    let count = first.metadata.part.count
    var found: [Int: String] = [:]
    for part in parts {
      let own = part.metadata.part
      if let difference = part.metadata.identity.difference(from: first.metadata.identity) {
        throw FileError(path: part.path, fault: ComponentsFault.foreign(other: first.path, difference: difference))
      }
      if own.count != count {
        throw FileError(
          path: part.path,
          fault: ComponentsFault.foreign(
            other: first.path, difference: "it is one of \(own.count) parts, and that one of \(count)"))
      }
      if let other = found.updateValue(part.path, forKey: own.number) {
        throw FileError(
          path: part.path, fault: ComponentsFault.doubled(number: own.number, count: count, other: other))
      }
    }
    let missing = (1...count).filter { found[$0] == nil }
    if !missing.isEmpty {
      throw FileError(path: paths[0], fault: ComponentsFault.missing(missing, count: count))
    }
    return first.metadata.identity
  }

  /// The files of parts, in the order of their numbers.
  private func files() throws -> [String] {
    var found: [String] = []
    for path in paths.map(Paths.trimmed) {
      guard fileKind(path) == .folder else {
        found.append(path)
        continue
      }
      found += try Self.parts(in: path)
      for name in try folderContents(path) where !name.hasPrefix(".") && fileKind("\(path)/\(name)") == .folder {
        found += try Self.parts(in: "\(path)/\(name)")
      }
    }
    return found.sorted(by: naturallyPrecedes)
  }

  private static func parts(in folder: String) throws -> [String] {
    try folderContents(folder).filter { $0.hasPrefix("part-") && $0.hasSuffix(".safetensors") }.map {
      "\(folder)/\($0)"
    }
  }
}
