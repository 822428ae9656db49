import LinearAlgebra
import TestSupport
import Testing

@Suite struct RowProductsTests {
  @Test(arguments: [ElementEncoding.bfloat16, .float16, .float32, .float64])
  func agreesWithSumsOfProducts(encoding: ElementEncoding) {
    for columns in [1, 7, 8, 9, 16, 17, 64, 333] {
      let rows = EncodedRows(5, columns, encoding)
      let line = (0..<columns).map { Double($0 % 11 - 5) / 3 }
      var found = [Double](repeating: 0, count: 5)
      RowProducts(with: line, encoding: encoding)
        .products(of: rows.bytes, from: 0, stride: columns * encoding.byteCount, into: &found)
      for (value, row) in zip(found, rows.values) {
        let terms = zip(row, line).map { $0 * $1 }
        let size = terms.reduce(0) { $0 + abs($1) }
        #expect(abs(value - terms.reduce(0, +)) <= 1e-15 * size * Double(columns), "\(columns) columns")
      }
      // With the squared lengths beside them they are the same.
      var (again, squares) = (found, found)
      RowProducts(with: line, encoding: encoding)
        .products(
          of: rows.bytes, from: 0, stride: columns * encoding.byteCount, into: &again, squares: &squares)
      #expect(again == found)
      for (square, row) in zip(squares, rows.values) {
        let wanted = row.reduce(0) { $0 + $1 * $1 }
        #expect(abs(square - wanted) <= 1e-15 * wanted * Double(columns))
      }
    }
  }

  /// A row's bits depend neither on the rows beside it nor on what lies between.
  @Test func rowsByThemselvesHaveTheSameBits() {
    let (columns, rows) = (40, EncodedRows(6, 40, .bfloat16))
    let product = RowProducts(with: (0..<20).map { 1 / Double($0 + 1) }, encoding: .bfloat16)
    var all = [Double](repeating: 0, count: 6)
    product.products(of: rows.bytes, from: 40, stride: 2 * columns, into: &all)
    for row in 0..<6 {
      var one = [0.0]
      product.products(of: rows.bytes(row..<row + 1), from: 40, stride: 2 * columns, into: &one)
      #expect(one[0] == all[row])
    }
  }
}
