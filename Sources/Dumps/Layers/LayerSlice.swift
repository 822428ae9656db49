/// Layer rows that follow one another in a file: what is read, or summed, at a time.
package struct LayerSlice: Sendable, Equatable {
  /// The rows of the file.
  package let rows: Range<Int>
  /// The place of the first among the rows wanted.
  package let first: Int

  /// The places of its rows among those wanted.
  package var places: Range<Int> { first..<first + rows.count }

  /// The bytes that its rows of one response have of a file of `bytes` bytes with `responses` responses of `rows` rows, rounded
  /// down.
  package func share(of bytes: Int, rows: Int, responses: Int) -> Int {
    // Without the product of bytes and rows, which is beyond a number for a sparse file.
    let (each, rest) = bytes.quotientAndRemainder(dividingBy: rows * responses)
    return each * self.rows.count + rest * self.rows.count / (rows * responses)
  }

  /// Divides `rows`, ascending, into slices of at most `most` rows that follow one another.
  ///
  /// - Precondition: `most` is at least 1.
  package static func divided(_ rows: [Int], most: Int) -> [LayerSlice] {
    precondition(most >= 1, "slices of no rows")
    var (slices, start) = ([LayerSlice](), 0)
    for end in rows.indices.map({ $0 + 1 }) {
      if end == rows.count || end - start == most || rows[end] != rows[end - 1] + 1 {
        slices.append(LayerSlice(rows: rows[start]..<rows[end - 1] + 1, first: start))
        start = end
      }
    }
    return slices
  }
}
