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
    let metadata: PartMetadata<RunIdentity>
    let model: String?
    let nodes: [NodeFile.Found]
  }

  /// Joins them, and writes the table and the file to `output`, which the caller commits.
  ///
  /// - Throws: `FileError` if a part is missing, given twice, damaged or of another run.
  public func run(into output: OutputFolder) async throws -> ComponentsResult {
    let parts = try PartFiles.found(paths).map { path in
      let (metadata, nodes) = try NodeFile.contents(of: path)
      return Part(
        path: path, metadata: try PartMetadata(metadata, path: path), model: metadata["model"], nodes: nodes)
    }
    let identity = try PartFiles.identity(of: parts.map { ($0.path, $0.metadata) }, givenAs: paths)
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
        else { throw FileError(path: node.path, fault: PartsFault.damaged) }
        shift = read.shift
        tree.insert(read.sums, at: node.place)
      }
      guard let sums = tree.root else { throw FileError(path: parts[0].path, fault: PartsFault.damaged) }
      let decomposition = CovarianceDecomposition(layer: number, path: parts[0].path, options: options)
      layers.append(try await decomposition.components(of: sums, shift: shift))
      log.progress("merge", index + 1, identity.layers.count)
    }
    if let note = LayerComponents.note(on: layers, options, isMerge: true) { log.note(note) }
    try output.write(ComponentsTable.table(layers), to: ComponentsRun.outputs[0])
    try ComponentsFile.write(
      layers, to: output, try ComponentsMetadata(identity, options, model: parts[0].model).entries)
    return ComponentsResult(layers, wanted: options.count, reason: "")
  }
}
