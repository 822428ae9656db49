import LinearAlgebra
import PersonaSpace
import Statistics
import Testing

@Suite struct ProcrustesTests {
  private var random = SeededGenerator(seed: 21)

  private mutating func centred(_ rows: Int, _ columns: Int) -> Matrix {
    let matrix = Matrix(rows: rows, columns: columns, elements: random.gaussians(rows * columns))
    return matrix.subtractingFromRows(matrix.columnMeans())
  }

  /// An orthogonal matrix.
  private mutating func rotation(_ size: Int) throws -> Matrix {
    try SingularValueDecomposition(of: centred(size + 2, size)).right
  }

  private func coordinates(_ points: Matrix) throws -> Matrix {
    try PrincipalComponents(of: points, keeping: points.rows).scores
  }

  private func fit(_ a: Matrix, _ b: Matrix) throws -> Procrustes {
    try Procrustes(a, b, coordinatesA: coordinates(a), coordinatesB: coordinates(b))
  }

  /// Fewer points than dimensions, and more.
  @Test(arguments: [(8, 30), (40, 6)]) func aRotationIsUndone(rows: Int, columns: Int) throws {
    var test = self
    let a = test.centred(rows, columns)
    let b = try a.times(test.rotation(columns))
    let result = try fit(a, b)
    #expect(result.residual < 1e-13 && abs(result.cosine - 1) < 1e-13 && result.identityResidual > 0.5)
  }

  /// The residual of the rotation written out: Q = U Vᵀ of the d × d cross product.
  @Test(arguments: [(8, 12), (40, 6), (9, 9)]) func theResidualOfTheRotationWrittenOut(rows: Int, columns: Int) throws {
    var test = self
    for _ in 0..<5 {
      let (a, b) = (test.centred(rows, columns), test.centred(rows, columns))
      let result = try fit(a, b)
      let whole = try SingularValueDecomposition(of: a.transposed().times(b))
      let turned = try a.times(whole.left.times(whole.right))
      let size = euclideanNorm(b.elements)
      #expect(abs(result.residual - euclideanNorm(difference(turned.elements, b.elements)) / size) < 1e-12)
      #expect(abs(result.identityResidual - euclideanNorm(difference(a.elements, b.elements)) / size) < 1e-13)
      #expect(result.residual <= result.identityResidual)
      // No other rotation is better.
      let other = try a.times(test.rotation(columns))
      #expect(euclideanNorm(difference(other.elements, b.elements)) / size >= result.residual)
    }
  }

  /// Points of fewer dimensions than those they are brought to, and the other way round.
  @Test func spansOfDifferentRank() throws {
    var test = self
    var flat = test.centred(20, 7)
    for i in 0..<20 { for j in 3..<7 { flat[i, j] = 0 } }
    let b = test.centred(20, 7)
    for (x, y) in [(flat, b), (b, flat)] {
      let result = try fit(x, y)
      let whole = try SingularValueDecomposition(of: x.transposed().times(y))
      let (sizeX, sizeY) = (euclideanNorm(x.elements), euclideanNorm(y.elements))
      let square = sizeX * sizeX + sizeY * sizeY - 2 * whole.values.reduce(0, +)
      #expect(abs(result.residual - square.squareRoot() / sizeY) < 1e-12)
    }
  }
}
