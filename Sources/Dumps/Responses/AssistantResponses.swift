internal import Files
internal import LinearAlgebra
package import PersonaSpace
internal import TensorFiles

/// The responses behind the default Assistant, layer by layer, grouped by the question they answer.
package struct AssistantResponses: Sendable {
  private let file: ResponseFile
  private let kept: [ResponseFile.Response]
  /// The cluster of each response that is kept.
  private let clusters: [Int]
  /// The number of clusters.
  package let count: Int
  /// Whether a cluster is the responses to a question; a response by itself where a key does not say its question.
  package let clustersAreQuestions: Bool
  private let skipsNonFinite: Bool

  /// The files that they are in.
  package var paths: [String] { file.paths }

  /// Fewer questions give samples that are mostly copies of one another.
  package static let leastClusters = 5

  /// The responses in `activations/` of the dump `path`; nil if there are none of the Assistant, or of too few questions.
  ///
  /// - Parameters:
  ///   - questions: the questions kept; nil for all.
  ///   - labels: the labels of keys that are wanted; nil for the usual.
  ///   - shape: the layer rows and dimensions they must have to belong to the vectors.
  package init?(
    inDump path: String, assistantName: String, slot: Int?, questions: Set<Int>?, labels: Set<String>?, shape: [Int],
    skipsNonFinite: Bool
  ) throws {
    let folder = "\(path)/activations"
    guard fileKind(folder) == .folder,
      let name = try ResponseFile.names(in: folder).first(where: { ResponseFile.role($0) == assistantName })
    else { return nil }
    let file = try ResponseFile(
      "\(folder)/\(name)", slot: slot, expecting: ExpectedShape(hiddenSize: shape[1], layers: shape[0]),
      labels: labels, isAssistant: true)
    guard [file.rows, file.hiddenSize] == shape else { return nil }
    let keys = file.responses.map { ResponseKey($0.key)?.question }
    let chosen = file.responses.indices.filter { index in
      guard let questions else { return true }
      return keys[index].map(questions.contains) ?? false
    }
    kept = chosen.map { file.responses[$0] }
    // Where a key does not say the question, each response is a cluster of its own.
    clustersAreQuestions = chosen.allSatisfy { keys[$0] != nil }
    if clustersAreQuestions {
      let numbers = Dictionary(
        uniqueKeysWithValues: Set(chosen.compactMap { keys[$0] }).sorted().enumerated().map { ($1, $0) })
      clusters = chosen.map { keys[$0].flatMap { numbers[$0] } ?? 0 }
      count = numbers.count
    } else {
      (clusters, count) = (Array(chosen.indices), chosen.count)
    }
    (self.file, self.skipsNonFinite) = (file, skipsNonFinite)
    guard count >= Self.leastClusters else { return nil }
  }

  /// The bootstrap samples of the responses in the file's layer row `row`, multiplied by `factors`.
  ///
  /// - Throws: `FileError` if a value is not finite, or a response nothing but zeros, and those are not skipped.
  package func resampled(
    row: Int, layer: Int, factors: [Double]?, replicates: Int, seed: UInt64
  ) throws -> ResampledAssistant? {
    var sums = ResampledAssistant.Sums(clusters: count, dimensions: file.hiddenSize)
    for (response, cluster) in zip(kept, clusters) {
      let values = try file.values(response, row..<row + 1)
      if let found = values.firstUnusable(columns: file.hiddenSize) {
        if skipsNonFinite { continue }
        throw FileError(
          path: response.path ?? file.path, place: response.key, fault: NonFiniteFault.vector(found, layer: layer))
      }
      sums.add(values.scaled(by: factors), to: cluster)
    }
    return ResampledAssistant(sums, replicates: replicates, seed: seed)
  }
}
