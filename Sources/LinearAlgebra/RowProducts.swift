internal import CMoments

/// The product of each of some rows with a line, taken from the rows as they are on disk, in double precision: Σ x[j] line[j].
///
/// The bits depend on the row alone, neither on the processor nor on how many rows come at once.
public struct RowProducts: Sendable {
  /// The number of elements of a row.
  let columns: Int
  let encoding: ElementEncoding
  /// The line as the loops take it.
  let line: [Double]

  /// With `line`, of rows of as many elements.
  public init(with line: [Double], encoding: ElementEncoding) {
    (columns, self.encoding) = (line.count, encoding)
    let step = persona_line_step
    let filled = line + [Double](repeating: 0, count: (step - line.count % step) % step)
    self.line = encoding == .bfloat16 ? Self.evensFirst(filled, step) : filled
  }

  /// Of each `step` elements those in even places, then those in odd ones.
  private static func evensFirst(_ line: [Double], _ step: Int) -> [Double] {
    var arranged = line
    for start in stride(from: 0, to: line.count, by: step) {
      for place in 0..<step / 2 {
        arranged[start + place] = line[start + 2 * place]
        arranged[start + step / 2 + place] = line[start + 2 * place + 1]
      }
    }
    return arranged
  }

  /// Of the rows that begin at byte `start` of `bytes` and at each `stride` bytes behind it, as many as `products` has room for, into
  /// `products`.
  ///
  /// - Precondition: the rows lie within `bytes`.
  public func products(of bytes: [UInt8], from start: Int, stride: Int, into products: inout [Double]) {
    unsafe multiply(bytes, start, stride, &products, nil)
  }

  /// The same, and each row's product with itself, its squared length, into as many `squares`.
  ///
  /// - Precondition: the rows lie within `bytes`.
  public func products(
    of bytes: [UInt8], from start: Int, stride: Int, into products: inout [Double], squares: inout [Double]
  ) {
    precondition(squares.count == products.count, "a product and a square for each row")
    unsafe squares.withUnsafeMutableBufferPointer { squares in
      unsafe multiply(bytes, start, stride, &products, squares.baseAddress)
    }
  }

  private func multiply(
    _ bytes: [UInt8], _ start: Int, _ stride: Int, _ products: inout [Double], _ squares: UnsafeMutablePointer<Double>?
  ) {
    let rowBytes = columns * encoding.byteCount
    guard !products.isEmpty else { return }
    precondition(
      start >= 0 && stride >= rowBytes && start + (products.count - 1) * stride + rowBytes <= bytes.count,
      "rows and bytes do not match")
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe line.withUnsafeBufferPointer { line in
        unsafe products.withUnsafeMutableBufferPointer { products in
          guard let bytes = bytes.baseAddress, let line = line.baseAddress, let first = products.baseAddress else {
            return
          }
          unsafe persona_row_products(
            bytes + start, stride, products.count, columns, encoding.code, line, first, squares)
        }
      }
    }
  }
}
