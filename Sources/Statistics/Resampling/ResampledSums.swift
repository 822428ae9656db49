package import LinearAlgebra

/// What sums over conversations are in bootstrap samples of conversations.
///
/// Regenerations of one conversation have more in common than others, so what is drawn are clusters, each with all that belongs
/// to it. Everything that follows from sums is resampled at the cost of one matrix product.
package struct ResampledSums: Sendable {
  /// The cluster of each item.
  package let clusters: [Int]
  /// The number of clusters.
  package let count: Int
  /// The number of samples; 0 for no intervals.
  package let replicates: Int
  private let resamples: Resamples

  /// Columns that are summed by cluster at a time.
  private static let block = 96

  /// Samples of `count` clusters; `clusters` tells each item's.
  package init(
    clusters: [Int], count: Int, replicates: Int, seed: UInt64, purpose: SeededGenerator.Purpose = .conversations
  ) {
    (self.clusters, self.count) = (clusters, count)
    self.replicates = count < Interval.leastClusters || replicates < Interval.leastReplicates ? 0 : replicates
    resamples = Resamples(of: max(count, 1), count: self.replicates, seed: seed, purpose: purpose)
  }

  /// The sum of each of `columns`, which have an element for each item, in each sample; shape (replicates, columns).
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  package func sums(of columns: [[Double]]) throws -> Matrix {
    let width = columns.count
    var elements = [Double](repeating: 0, count: replicates * width)
    try forEachProduct(of: columns) { first, sample, product in
      for (row, start) in (sample..<sample + product.rows).enumerated() {
        let own = row * product.columns
        for column in 0..<product.columns {
          elements[start * width + first + column] = product.elements[own + column]
        }
      }
    }
    return Matrix(rows: replicates, columns: width, elements: elements)
  }

  /// The same, column by column: of each its sum in each sample.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  package func samples(of columns: [[Double]]) throws -> [[Double]] {
    var elements = [Double](repeating: 0, count: replicates * columns.count)
    try forEachProduct(of: columns) { first, sample, product in
      var known = elements.mutableSpan
      let found = product.elements.span
      for column in 0..<product.columns {
        let start = (first + column) * replicates + sample
        for row in 0..<product.rows { known[start + row] = found[row * product.columns + column] }
      }
    }
    return columns.indices.map { Array(elements[$0 * replicates..<($0 + 1) * replicates]) }
  }

  /// Calls `body` with sums in some samples of some columns: with the first column, the first sample, and a row for each sample.
  private func forEachProduct(of columns: [[Double]], _ body: (Int, Int, Matrix) -> Void) throws {
    if replicates == 0 { return }
    let blocks = stride(from: 0, to: columns.count, by: Self.block).map { first in
      (first, sumsByCluster(columns[first..<min(first + Self.block, columns.count)]))
    }
    for chunk in resamples.chunks() {
      var weights: [Double] = []
      weights.reserveCapacity(chunk.count * count)
      for index in chunk { weights += resamples.counts(index) }
      let drawn = Matrix(rows: chunk.count, columns: count, elements: weights)
      for (first, sums) in blocks { body(first, chunk.lowerBound, try drawn.times(sums)) }
    }
  }

  private func sumsByCluster(_ columns: ArraySlice<[Double]>) -> Matrix {
    let width = columns.count
    var sums = [Double](repeating: 0, count: count * width)
    for (place, column) in columns.enumerated() {
      precondition(column.count == clusters.count, "columns and items differ in number")
      for item in clusters.indices { sums[clusters[item] * width + place] += column[item] }
    }
    return Matrix(rows: count, columns: width, elements: sums)
  }

  /// The number of clusters that have an item for which `column` is a number.
  package func clusters(with column: [Double]) -> Int {
    var seen = [Bool](repeating: false, count: count)
    for (item, value) in column.enumerated() where !value.isNaN { seen[clusters[item]] = true }
    return seen.count { $0 }
  }

  /// The mean of each of `columns` over the items for which it is a number, with its interval.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  package func means(of columns: [[Double]]) throws -> [Estimate] {
    let values = columns.map { column in
      // About the mean, which takes off what all share.
      let known = column.filter { !$0.isNaN }
      return (column: column, centre: mean(of: known), least: known.min() ?? .nan, most: known.max() ?? .nan)
    }
    let drawn = try samples(
      of: values.flatMap { value in
        [value.column.map { $0.isNaN ? 0 : $0 - value.centre }, value.column.map { $0.isNaN ? 0 : 1 }]
      })
    return values.enumerated().map { place, value in
      // Rounding must not take a mean out of the range of what it is of: shares of 0 stay 0.
      let replicates = zip(drawn[2 * place], drawn[2 * place + 1]).map { sum, count in
        let found = value.centre + sum / count
        return found < value.least ? value.least : found > value.most ? value.most : found
      }
      return Estimate(
        value.centre, Interval(percentilesOf: replicates, clusters: clusters(with: value.column)))
    }
  }
}
