public import LinearAlgebra

/// The dimensions that hold most of the squared norm of a set of activations.
///
/// A few dimensions of a residual stream can be a thousand times the rest (Sun et al., Massive Activations in Large
/// Language Models, arXiv 2402.17762); uncentred cosines then measure them alone.
public struct MassiveDimensions: Sendable, Equatable {
  /// The largest dimensions, largest first.
  public let indices: [Int]
  /// The share of the total squared norm that each of them holds, in 0…1; all 0 if every activation is.
  public let shares: [Double]

  /// A dimension is massive from so many times an even share of the squared norm on.
  public static let leastRatio = 10.0

  /// Those that are massive, of activations of `dimensions` dimensions.
  public func massive(of dimensions: Int) -> [(index: Int, share: Double)] {
    let least = Self.leastRatio / Double(dimensions)
    return zip(indices, shares).filter { $0.1 >= least }.map { (index: $0, share: $1) }
  }

  /// The `count` largest dimensions of the rows of `rows` by mean square.
  public init(of rows: Matrix, count: Int = 1) {
    var squares = [Double](repeating: 0, count: rows.columns)
    for i in 0..<rows.rows {
      let row = rows.row(i)
      for j in squares.indices {
        let value = row[row.startIndex + j]
        squares[j] += value * value
      }
    }
    self.init(sumsOfSquares: squares, count: count)
  }

  /// The `count` largest of dimensions whose sums of squares are given; shape (d).
  public init(sumsOfSquares squares: [Double], count: Int = 1) {
    let total = squares.reduce(0, +)
    indices = Array(squares.indices.sorted { (squares[$1], $0) < (squares[$0], $1) }.prefix(count))
    shares = indices.map { total > 0 ? squares[$0] / total : 0 }
  }
}
