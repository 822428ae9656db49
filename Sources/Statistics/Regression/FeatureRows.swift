public import LinearAlgebra

/// The features of one row, kept in single precision where that holds them to the last bit, as it does what most files hold.
public enum FeatureRow: Sendable, Hashable {
  /// Numbers that single precision holds.
  case single([Float])
  /// Others.
  case double([Double])

  /// Of `values`.
  public init(_ values: [Double]) {
    let floats = values.map { Float($0) }
    self = values.indices.allSatisfy { Double(floats[$0]) == values[$0] } ? .single(floats) : .double(values)
  }

  /// The number of features.
  public var count: Int {
    switch self {
    case .single(let values): values.count
    case .double(let values): values.count
    }
  }

  /// Of some of the features: rows of thousands are told apart by few.
  public func hash(into hasher: inout Hasher) {
    let step = max(1, count / 16)
    switch self {
    case .single(let values): for j in stride(from: 0, to: count, by: step) { hasher.combine(values[j]) }
    case .double(let values): for j in stride(from: 0, to: count, by: step) { hasher.combine(values[j]) }
    }
  }
}

/// The features of all rows, of which a matrix is made for some of them at a time.
public struct FeatureRows: Sendable {
  /// The number of features of a row.
  public let columns: Int
  private let rows: [FeatureRow]

  /// Of `rows`, each of `columns` features.
  public init(_ rows: [FeatureRow], columns: Int) {
    precondition(rows.allSatisfy { $0.count == columns }, "rows differ in length")
    (self.rows, self.columns) = (rows, columns)
  }

  /// The rows of `matrix`.
  public init(_ matrix: Matrix) {
    self.init((0..<matrix.rows).map { FeatureRow(Array(matrix.row($0))) }, columns: matrix.columns)
  }

  /// `count` rows without features.
  public static func none(_ count: Int) -> FeatureRows {
    FeatureRows([FeatureRow](repeating: .single([]), count: count), columns: 0)
  }

  /// The rows at `indices`, in that order, less `origin` and times `scales`, where they are given.
  func matrix(_ indices: ArraySlice<Int>, origin: [Double]? = nil, scales: [Double]? = nil) -> Matrix {
    var elements = [Double](repeating: 0, count: indices.count * columns)
    for (place, index) in indices.enumerated() {
      let start = place * columns
      switch rows[index] {
      case .single(let values): standardise(values, less: origin, times: scales, into: &elements, at: start)
      case .double(let values): standardise(values, less: origin, times: scales, into: &elements, at: start)
      }
    }
    return Matrix(rows: indices.count, columns: columns, elements: elements)
  }

  /// The same of a list of indices.
  func matrix(_ indices: [Int], origin: [Double]? = nil, scales: [Double]? = nil) -> Matrix {
    matrix(indices[...], origin: origin, scales: scales)
  }

  /// The products of each row of `vectors`, numbers for the rows at `indices`, with the features less `origin` and times `scales`; shape
  /// (vectors, columns).
  func products(
    with vectors: [[Double]], of indices: [Int], origin: [Double], scales: [Double]
  ) throws -> Matrix {
    var sums = [Double](repeating: 0, count: vectors.count * columns)
    var start = 0
    for piece in Self.pieces(indices) {
      let x = matrix(piece, origin: origin, scales: scales)
      let own = Matrix(vectors.map { Array($0[start..<start + piece.count]) }, columns: piece.count)
      accumulate(try own.times(x).elements, count: sums.count, into: &sums)
      start += piece.count
    }
    return Matrix(rows: vectors.count, columns: columns, elements: sums)
  }

  /// The features of the rows at `indices`, less `origin` and times `scales`, times each row of `weights`; shape (indices, weights).
  func predictions(of indices: [Int], with weights: Matrix, origin: [Double], scales: [Double]) throws -> Matrix {
    let turned = weights.transposed()
    let parts = try Self.pieces(indices).map {
      try matrix($0, origin: origin, scales: scales).times(turned).elements
    }
    return Matrix(rows: indices.count, columns: weights.rows, elements: parts.flatMap(\.self))
  }

  /// Pieces of `indices` of which matrices are made one after the other.
  static func pieces(_ indices: [Int], length: Int = 256) -> [ArraySlice<Int>] {
    stride(from: 0, to: indices.count, by: length).map { indices[$0..<min($0 + length, indices.count)] }
  }
}
