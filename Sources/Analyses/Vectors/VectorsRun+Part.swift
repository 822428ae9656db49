internal import Dumps
public import Files
internal import LinearAlgebra
public import TensorFiles

/// What came of a part of a run over responses.
public struct VectorsPartResult: Sendable {
  /// The part.
  public let part: WorkPart
  /// The name of its file.
  public let file: String
  /// Its roles, the Assistant first if it is among them.
  public let records: [ResponseRecord]
  /// The roles of all parts.
  public let roleCount: Int
  /// The layers averaged.
  public let layers: [Int]
  /// Whether it holds what vectors may have to be freed of the questions by.
  public let hasQuestionSums: Bool
}

extension VectorsRun {
  /// Averages the part `part` of the roles, and writes it to `output`, which the caller commits; `VectorsMergeRun` joins the parts to
  /// vectors of `type`. What is done when the run is stopped stays beside it, for the next run to go on from.
  ///
  /// - Throws: `FileError` for what is wrong with the input, or if an output cannot be written.
  public func run(_ part: WorkPart, into output: OutputFolder, type: ElementType) async throws -> VectorsPartResult {
    let responses = try means()
    let request = try await responses.request()
    let all = request.sources.all
    let shape = AveragedResponses.Shape(
      layers: request.layers, rows: request.rows, rowCount: request.first.rows, hiddenSize: request.first.hiddenSize)
    let beside = try assistantVector(shape, isUsed: request.sources.assistant == nil)
    let identity = try await responses.identity(request, try description(), beside: beside?.path, type: type)
    let folder = try PartsFolder(besides: "\(output.path)/\(part.fileName)")
    output.whenCommitted { folder.remove() }
    let range = part.range(ofSizes: all.map(\.state.size))
    let records = try await responses.records(of: Array(all[range]), request, folder)
    let means = try await responses.averaged(records, request, folder)
    let kept = try await responses.keptAnswers(means, in: range, request)
    let answers = try questions(identity, kept).map {
      try QuestionAnswers(kept, $0, in: range, means, request, options)
    }
    let byRole = Dictionary(means.all.map { ($0.role, $0) }) { first, _ in first }
    let content = VectorsPart.Content(
      records: all[range].compactMap { byRole[$0.role] }, inputs: means.inputs, tallies: kept.map(\.tally),
      nodes: answers == nil ? [] : nodes(in: range, of: all.count),
      hasDefault: beside != nil && part.number == 1)
    let writer = try VectorsPartWriter(
      try output.file(named: part.fileName), PartMetadata(part, identity), content)
    for (place, record) in content.used.enumerated() {
      let mean = try folder.mean(of: record)
      try writer.write(vector: mean.vector, squares: mean.sumsOfSquares, role: place)
    }
    if let beside, content.hasDefault { try writer.write(assistant: beside.values) }
    if let answers {
      for start in stride(from: 0, to: shape.layers.count, by: options.threads) {
        let places = start..<min(start + options.threads, shape.layers.count)
        for (layer, sums) in zip(places, try await answers.sums(places)) { try writer.write(sums, layer: layer) }
      }
    }
    try writer.finish()
    try responses.checkUnchanged(request.sources)
    return VectorsPartResult(
      part: part, file: part.fileName, records: content.records, roleCount: all.count, layers: shape.layers,
      hasQuestionSums: answers != nil)
  }

  /// The questions by which the answers `kept` are summed; nil where vectors need not be freed of questions, or cannot be.
  private func questions(_ identity: VectorsIdentity, _ kept: [PlacedAnswers]) -> [Int]? {
    guard let questions = identity.questions, !kept.isEmpty else { return nil }
    let known = Set(questions)
    return kept.map(\.tally).allSatisfy { $0.isComplete && known.isSuperset(of: $0.counts.keys) } ? questions : nil
  }

  /// The places of the nodes of a tree over `count` roles of which those in `range` are summed.
  private func nodes(in range: Range<Int>, of count: Int) -> [[Int]] {
    var tree = ReductionTree(shards: count)
    for place in range { tree.insert(.zero(columns: 0, products: []), shard: place) }
    return tree.nodes.keys.sorted().map { [$0.level, $0.index] }
  }
}
