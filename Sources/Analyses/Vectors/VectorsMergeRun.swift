internal import Dumps
public import Files
internal import LinearAlgebra
internal import Statistics
internal import TensorFiles

/// Joins the parts of a `persona vectors` run that several processes did.
public struct VectorsMergeRun: Sendable {
  /// What is written.
  public static let outputs = [vectorsName, VectorsRun.countsName]
  private static let vectorsName = "vectors.safetensors"

  let paths: [String]
  let threads: Int
  let log: RunLog

  /// Of the parts at `paths`: files, or folders that hold some.
  public init(_ paths: [String], threads: Int, log: RunLog = .silent) {
    (self.paths, self.threads, self.log) = (paths, threads, log)
  }

  /// Joins them, and writes vectors.safetensors and counts.csv to `output`, which the caller commits.
  ///
  /// - Throws: `FileError` if a part is missing, given twice, damaged or of another run, or if too few roles have a vector.
  public func run(into output: OutputFolder) async throws -> VectorsResult {
    var parts = try PartFiles.found(paths).map { try VectorsPart($0) }
    let identity = try PartFiles.identity(of: parts.map { ($0.path, $0.metadata) }, givenAs: paths)
    parts.sort { $0.metadata.part.number < $1.metadata.part.number }
    guard parts.flatMap({ $0.content.records.map(\.role) }) == identity.roles,
      let type = ElementType(rawValue: identity.type)
    else { throw FileError(path: parts[0].path, fault: PartsFault.damaged) }
    // Not that of the vectors: a run that was killed may have left roles there, to go on from.
    let folder = try PartsFolder(besides: "\(output.path)/merge")
    do {
      return try await write(parts, identity, folder, to: output, type: type)
    } catch {
      folder.remove()
      throw error
    }
  }

  private func write(
    _ parts: [VectorsPart], _ identity: VectorsIdentity, _ folder: PartsFolder, to output: OutputFolder,
    type: ElementType
  ) async throws -> VectorsResult {
    for (index, part) in parts.enumerated() {
      for (place, record) in part.content.used.enumerated() { _ = try folder.write(part.mean(place), of: record.role) }
      log.progress("merge", index + 1, parts.count)
    }
    let records = parts.flatMap(\.content.records)
    var means = AveragedResponses(
      assistant: identity.hasAssistant ? records.first : nil,
      roles: Array(records.dropFirst(identity.hasAssistant ? 1 : 0)), shape: identity.shape,
      isScored: identity.isScored,
      minimum: identity.minimum, questions: identity.matched.map { Set($0) }, parts: folder)
    means.inputs = parts.flatMap(\.content.inputs).sorted { $0.path < $1.path }
    try means.requireVectors(of: identity.dump)
    means = try await adjusted(means, parts, identity)
    let assistant = try parts.first(where: \.content.hasDefault)?.assistantVector()
    try means.write(to: output, as: Self.vectorsName, type: type, identity.description, assistant: assistant)
    if means.assistant == nil, assistant == nil, identity.isFolder {
      log.note(noDefault(identity.description.assistant))
    }
    return VectorsResult(means)
  }

  /// `means` freed of the questions, if need be, by what the parts summed.
  private func adjusted(
    _ means: AveragedResponses, _ parts: [VectorsPart], _ identity: VectorsIdentity
  ) async throws -> AveragedResponses {
    let layout = QuestionLayout(
      assistant: means.assistant != nil, parts.flatMap(\.content.tallies),
      isWanted: identity.findsQuestionEffects && !means.roles.isEmpty)
    guard layout.table != nil else { return try await means.adjusted(by: layout, threads: threads) { _ in [] } }
    let columns = layout.questions.compactMap { (identity.questions ?? []).firstIndex(of: $0) }
    if let part = parts.first(where: { $0.content.used.isEmpty != $0.content.nodes.isEmpty }) {
      throw FileError(path: part.path, fault: PartsFault.damaged)
    }
    let names = Set(means.used.map(\.role))
    let used = identity.roles.map(names.contains)
    return try await means.adjusted(by: layout, threads: threads) { places in
      try await concurrentMap(Array(places), threads: threads) { layer in
        try sums(parts, layer: layer, columns: columns, isUsed: used, hiddenSize: identity.shape.hiddenSize)
      }
    }
  }

  /// What all parts summed in the layer at `layer`, of the questions at `columns` of those that they hold.
  private func sums(
    _ parts: [VectorsPart], layer: Int, columns: [Int], isUsed: [Bool], hiddenSize d: Int
  ) throws -> QuestionSums {
    var sums = QuestionSums(tree: ReductionTree(shards: isUsed.count), means: [])
    for part in parts where !part.content.nodes.isEmpty {
      sums.means += try part.answerMeans(layer)
      for (index, place) in part.content.places.enumerated() {
        let shards = place.shards(of: isUsed.count)
        let all = try part.sums(index, layer: layer)
        guard !shards.isEmpty, Set(sums.tree.summed).isDisjoint(with: shards) else {
          throw FileError(path: part.path, fault: PartsFault.damaged)
        }
        sums.tree.insert(
          ShardSums(
            rows: shards.count, skipped: 0, sums: columns.flatMap { all[$0 * d..<($0 + 1) * d] }, squares: 0,
            products: []),
          at: place)
      }
    }
    // Roles without a vector add nothing; a part of none but them holds no sums.
    let summed = Set(sums.tree.summed)
    for place in isUsed.indices where !summed.contains(place) {
      guard !isUsed[place] else { throw FileError(path: parts[0].path, fault: PartsFault.damaged) }
      sums.tree.insert(.zero(columns: columns.count * d, products: []), shard: place)
    }
    return sums
  }
}
