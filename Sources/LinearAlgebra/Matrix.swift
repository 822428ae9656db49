/// A dense matrix of doubles, stored by rows.
public struct Matrix: Sendable, Equatable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// All elements, row after row: element (i, j) is at `i * columns + j`.
  public private(set) var elements: [Double]

  /// A matrix of `rows` × `columns` over elements that are stored row after row.
  public init(rows: Int, columns: Int, elements: [Double]) {
    precondition(rows >= 0 && columns >= 0 && elements.count == rows * columns, "elements do not fill the shape")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// The matrix whose rows are `rows`, each of `columns` elements.
  public init(_ rows: [[Double]], columns: Int) {
    precondition(rows.allSatisfy { $0.count == columns }, "rows differ in length")
    self.init(rows: rows.count, columns: columns, elements: Array(rows.joined()))
  }

  /// Element (`row`, `column`).
  public subscript(row: Int, column: Int) -> Double {
    get { elements[row * columns + column] }
    set { elements[row * columns + column] = newValue }
  }

  /// Row `index`, without a copy.
  public func row(_ index: Int) -> ArraySlice<Double> {
    elements[index * columns..<(index + 1) * columns]
  }

  /// The mean of each column; shape (columns).
  ///
  /// Taken about the first row, so that a column whose values are large and close together does not lose
  /// the digits in which they differ. The matrix must have a row.
  public func columnMeans() -> [Double] {
    precondition(rows > 0, "the mean of no rows")
    let origin = Array(row(0))
    var sums = [Double](repeating: 0, count: columns)
    for i in 1..<rows {
      let start = i * columns
      for j in 0..<columns { sums[j] += elements[start + j] - origin[j] }
    }
    return zip(origin, sums).map { $0 + $1 / Double(rows) }
  }

  /// The matrix with `vector` taken from every row.
  public func subtractingFromRows(_ vector: [Double]) -> Matrix {
    precondition(vector.count == columns, "vector and rows differ in length")
    var result = self
    for i in 0..<rows {
      let start = i * columns
      for j in 0..<columns { result.elements[start + j] -= vector[j] }
    }
    return result
  }

  /// The matrix with each column multiplied by that element of `factors`, or as it is without them; a factor of 0 gives 0.
  public func scalingColumns(by factors: [Double]?) -> Matrix {
    guard let factors else { return self }
    precondition(factors.count == columns, "factors and columns differ in number")
    var result = self
    for i in 0..<rows {
      let start = i * columns
      for j in 0..<columns {
        result.elements[start + j] = factors[j] == 0 ? 0 : result.elements[start + j] * factors[j]
      }
    }
    return result
  }

  /// The matrix with the rows at `indices`, in that order.
  public func selectingRows(_ indices: [Int]) -> Matrix {
    var selected: [Double] = []
    selected.reserveCapacity(indices.count * columns)
    for index in indices { selected += row(index) }
    return Matrix(rows: indices.count, columns: columns, elements: selected)
  }

  /// The matrix with the columns at `indices`, in that order.
  public func selectingColumns(_ indices: [Int]) -> Matrix {
    var selected: [Double] = []
    selected.reserveCapacity(rows * indices.count)
    for row in 0..<rows { for index in indices { selected.append(self[row, index]) } }
    return Matrix(rows: rows, columns: indices.count, elements: selected)
  }
}

extension Matrix {
  /// The matrix with rows and columns exchanged.
  public func transposed() -> Matrix {
    var result = Matrix(rows: columns, columns: rows, elements: [Double](repeating: 0, count: rows * columns))
    for i in 0..<rows { for j in 0..<columns { result[j, i] = self[i, j] } }
    return result
  }

  /// Adds `vector` to row `index`.
  public mutating func addToRow(_ index: Int, _ vector: ArraySlice<Double>) {
    precondition(vector.count == columns, "vector and rows differ in length")
    for j in 0..<columns { elements[index * columns + j] += vector[vector.startIndex + j] }
  }

  /// Multiplies row `index` by `factor`.
  public mutating func scaleRow(_ index: Int, by factor: Double) {
    for j in 0..<columns { self[index, j] *= factor }
  }
}
