public import LinearAlgebra
internal import Statistics

/// Bootstrap samples of the responses behind the default Assistant.
///
/// Responses to one question have more in common than others, so what is drawn are questions, each with all its responses; the
/// mean is over the responses drawn.
public struct ResampledAssistant: Sendable {
  /// Sums of responses by cluster, of responses that come one at a time.
  public struct Sums: Sendable {
    fileprivate var first: [Double]?
    /// Of differences from the first response, which takes off what all share; shape (C, d).
    fileprivate var sums: Matrix
    fileprivate var sizes: [Double]

    /// Of `clusters` clusters of vectors of `dimensions` numbers.
    public init(clusters: Int, dimensions: Int) {
      sums = Matrix(
        rows: clusters, columns: dimensions, elements: [Double](repeating: 0, count: clusters * dimensions))
      sizes = [Double](repeating: 0, count: clusters)
    }

    /// Adds a response, shape (d), to a cluster.
    public mutating func add(_ response: [Double], to cluster: Int) {
      if first == nil { first = response }
      sums.addToRow(cluster, difference(response, first ?? response)[...])
      sizes[cluster] += 1
    }
  }

  /// The sums over each cluster of the differences from the mean response; shape (C, d).
  private let sums: Matrix
  private let sizes: [Double]
  private let resamples: Resamples

  /// The number of clusters.
  public var count: Int { sizes.count }

  /// `replicates` samples of the clusters of `added`, of which those without a response are none.
  public init?(_ added: Sums, replicates: Int, seed: UInt64) {
    let known = added.sizes.indices.filter { added.sizes[$0] > 0 }
    guard !known.isEmpty else { return nil }
    sizes = known.map { added.sizes[$0] }
    var sums = added.sums.selectingRows(known)
    let all = sizes.reduce(0, +)
    let means = sums.columnMeans().map { $0 * Double(known.count) / all }
    for row in known.indices {
      let size = sizes[row]
      sums.addToRow(row, means.map { -size * $0 }[...])
    }
    self.sums = sums
    resamples = Resamples(of: known.count, count: replicates, seed: seed, purpose: .assistant)
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
