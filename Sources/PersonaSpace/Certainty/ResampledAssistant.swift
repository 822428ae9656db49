public import LinearAlgebra

/// Bootstrap samples of the responses behind the default Assistant.
///
/// Responses to one question have more in common than others, so questions are drawn, each with all its responses; the mean is
/// over the responses drawn.
public struct ResampledAssistant: Sendable {
  /// The sums over each cluster of the differences from the mean response; shape (C, d).
  private let sums: Matrix
  private let sizes: [Double]
  private let resamples: Resamples

  /// The number of clusters.
  public var count: Int { sizes.count }

  /// `replicates` samples of responses, shape (n, d), of which `clusters` says which cluster each is in, 0…C − 1.
  public init(responses: Matrix, clusters: [Int], replicates: Int, seed: UInt64) {
    precondition(clusters.count == responses.rows && responses.rows > 0, "a cluster for each response")
    let count = (clusters.max() ?? 0) + 1
    let centred = responses.subtractingFromRows(responses.columnMeans())
    var sums = Matrix(
      rows: count, columns: responses.columns, elements: [Double](repeating: 0, count: count * responses.columns))
    var sizes = [Double](repeating: 0, count: count)
    for (row, cluster) in clusters.enumerated() {
      sums.addToRow(cluster, centred.row(row))
      sizes[cluster] += 1
    }
    (self.sums, self.sizes) = (sums, sizes)
    resamples = Resamples(of: count, count: replicates, seed: seed, purpose: .assistant)
  }

  /// The resampled mean less the mean, for the replicates `range`; shape (b, d).
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public func shifts(_ range: Range<Int>) throws -> Matrix {
    var weights = Matrix(range.map { resamples.counts($0) }, columns: count)
    for row in 0..<weights.rows { weights.scaleRow(row, by: 1 / dotProduct(weights.row(row), sizes[...])) }
    return try weights.times(sums)
  }
}
