internal import COpenBLAS

/// A triangle L with few diagonals, of which B = L Lᵀ, in blocks, so that many rows are solved for at once.
public struct BandFactor: Sendable {
  private let order: Int
  private let blocks: [Block]

  private struct Block {
    let first, count: Int
    /// The block on the diagonal, row after row; shape (count, count).
    let diagonal: [Double]
    /// The block to its left; shape (count, the count of the block before).
    let left: [Double]
  }

  /// From columns of L: an element on the diagonal and the `width` below it.
  init(_ columns: [Double], order: Int, width: Int) {
    func element(_ i: Int, _ j: Int) -> Double {
      i >= j && i - j <= width ? columns[j * (width + 1) + i - j] : 0
    }
    self.order = order
    let size = max(width, 1)
    blocks = stride(from: 0, to: order, by: size).map { first in
      let own = first..<min(first + size, order)
      let before = max(0, first - size)..<first
      return Block(
        first: first, count: own.count, diagonal: own.flatMap { i in own.map { element(i, $0) } },
        left: own.flatMap { i in before.map { element(i, $0) } })
    }
  }

  /// `rows` times (Lᵀ)⁻¹: the products of two such rows are those with B⁻¹ between them.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public func halfSolved(_ rows: Matrix) throws -> Matrix {
    try solved(rows, CblasTrans, blocks.indices.map { ($0, $0 == 0 ? nil : $0 - 1) })
  }

  /// `rows` times B⁻¹.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public func solved(_ rows: Matrix) throws -> Matrix {
    try solved(
      halfSolved(rows), CblasNoTrans,
      blocks.indices.reversed().map { ($0, $0 == blocks.count - 1 ? nil : $0 + 1) })
  }

  /// Block after block, each less what the one that is solved already takes of it.
  private func solved(
    _ rows: Matrix, _ transpose: CBLAS_TRANSPOSE, _ steps: [(own: Int, solved: Int?)]
  ) throws -> Matrix {
    precondition(rows.columns == order, "rows and matrix differ in length")
    guard rows.rows > 0 else { return rows }
    var elements = rows.elements
    let (m, stride) = (Int32(rows.rows), Int32(order))
    try BLASWorkspace.use {
      unsafe elements.withUnsafeMutableBufferPointer { x in
        guard let x = x.baseAddress else { return }
        for step in steps {
          let own = blocks[step.own]
          if let other = step.solved.map({ blocks[$0] }) {
            let link = step.own > (step.solved ?? 0) ? own : other
            unsafe cblas_dgemm(
              CblasRowMajor, CblasNoTrans, transpose, m, Int32(own.count), Int32(other.count), -1, x + other.first,
              stride, link.left, Int32(max(1, link.left.count / link.count)), 1, x + own.first, stride)
          }
          unsafe cblas_dtrsm(
            CblasRowMajor, CblasRight, CblasLower, transpose, CblasNonUnit, m, Int32(own.count), 1, own.diagonal,
            Int32(own.count), x + own.first, stride)
        }
      }
    }
    return Matrix(rows: rows.rows, columns: order, elements: elements)
  }
}
