import LinearAlgebra
import Testing

@Suite struct BlockKrylovTests {
  /// A matrix of known eigenvalues in a turned basis.
  private func matrix(_ values: [Double]) throws -> Matrix {
    var state: UInt64 = 17
    let order = values.count
    let drawn = (0..<order * order).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(Int64(bitPattern: state) >> 32) / 0x1p31
    }
    let basis = try SymmetricEigensystem(
      of: try Matrix(rows: order, columns: order, elements: drawn).gramOfRows()
    ).vectors
    return try basis.transposed().times(basis.scalingRows(by: values))
  }

  private func start(_ count: Int, _ order: Int) -> Matrix {
    Matrix(
      rows: count, columns: order,
      elements: (0..<count * order).map { Double(($0 * 7919 + $0 / order * 104_729) % 1009) / 1009 - 0.5 })
  }

  private func solved(_ values: [Double], wanted: Int, tolerance: Double, most: Int = 200) throws -> (
    BlockKrylov, Matrix
  ) {
    let matrix = try matrix(values)
    var search = try BlockKrylov(wanted: wanted, start: start(wanted + 4, values.count))
    while !search.isDone(within: tolerance), search.products < most {
      try search.extend(by: try search.next.times(matrix))
    }
    return (search, matrix)
  }

  @Test(arguments: [0.5, 0.9, 0.99])
  func findsTheLargest(decay: Double) throws {
    let values = (0..<120).map { 50 * (0..<$0).reduce(1.0) { product, _ in product * decay } }
    let (search, matrix) = try solved(values, wanted: 6, tolerance: 1e-9)
    #expect(search.isDone(within: 1e-9))
    for place in 0..<6 {
      #expect(abs(search.values[place] - values[place]) < 1e-9 * values[0])
      let own = Matrix(rows: 1, columns: 120, elements: Array(search.vectors.row(place)))
      let image = try own.times(matrix)
      let rest = zip(image.elements, own.elements).map { $0 - search.values[place] * $1 }
      #expect(abs(euclideanNorm(rest) / search.values[place] - search.residuals[place]) < 1e-9)
    }
  }

  /// More products than the space may have blocks: it is begun anew from its leading pairs.
  @Test func goesOnFromItsPairs() throws {
    let values = (0..<300).map { 2 - Double($0) / 300 }
    let (search, _) = try solved(values, wanted: 4, tolerance: 1e-8)
    #expect(search.products > 12 && search.isDone(within: 1e-8))
    for place in 0..<4 { #expect(abs(search.values[place] - values[place]) < 1e-9) }
  }

  /// Eigenvectors but the first have no residual from the start on; random vectors beside them take the first in.
  @Test(arguments: [1.5, 40]) func takesInALargerPairThatTheStartLacks(ratio: Double) throws {
    let values = [10 * ratio] + (0..<199).map { 10 - Double($0) / 20 }
    let matrix = try matrix(values)
    let others = try SymmetricEigensystem(of: matrix).vectors.selectingRows(Array(1...6))
    let drawn = start(4, values.count)
    let beginning = Matrix(
      rows: 10, columns: values.count,
      elements: others.elements + drawn.elements.map { $0 / 5 })
    var search = try BlockKrylov(wanted: 5, start: beginning)
    try search.extend(by: try search.next.times(matrix))
    #expect(search.residuals.allSatisfy { $0 < 1e-9 } && !search.isDone(within: 1e-9))
    while !search.isDone(within: 1e-9) { try search.extend(by: try search.next.times(matrix)) }
    for place in 0..<5 { #expect(abs(search.values[place] - values[place]) < 1e-8) }
  }

  @Test func endsWhereTheRankDoes() throws {
    let (search, _) = try solved([3, 2] + [Double](repeating: 0, count: 28), wanted: 5, tolerance: 1e-12)
    #expect(search.products < 12)
    #expect(abs(search.values[0] - 3) < 1e-12 && abs(search.values[1] - 2) < 1e-12)
    #expect(search.values.dropFirst(2).allSatisfy { abs($0) < 1e-12 })
  }

  @Test func refusesWhatIsNotFinite() throws {
    var search = try BlockKrylov(wanted: 1, start: start(2, 5))
    let products = Matrix(rows: 2, columns: 5, elements: [Double](repeating: .nan, count: 10))
    #expect(throws: LinearAlgebraError.self) { try search.extend(by: products) }
  }
}

extension Matrix {
  fileprivate func scalingRows(by factors: [Double]) -> Matrix {
    var scaled = self
    for row in 0..<rows { scaled.scaleRow(row, by: factors[row]) }
    return scaled
  }
}
