internal import COpenBLAS

/// A symmetric matrix A as Q B Qᵀ, where Q is orthogonal and B has few diagonals: as good as eigenvectors where (A + λ)⁻¹ is wanted
/// for many λ, and several times as quick, as it takes products of matrices alone.
///
/// It is the first of the two steps in which LAPACK finds eigenvalues of large matrices (as in `dsytrd_sy2sb`; Bischof, Lang & Sun,
/// ACM Transactions on Mathematical Software 26, 2000).
public struct BandForm: Sendable {
  /// The most diagonals that B has below the main one.
  static let widest = 64

  /// The number of rows of A.
  public let order: Int
  /// The diagonals of B below the main one.
  let width: Int
  /// Column after column of the lower triangle of B: the element on the main diagonal and the `width` below it.
  private let band: [Double]
  private let reflections: [Reflection]

  /// I − V T Vᵀ, from coordinate `first` on (Schreiber & Van Loan, SIAM Journal on Scientific and Statistical Computing 10, 1989).
  private struct Reflection {
    let first, count, length: Int
    /// Vᵀ, row after row; shape (count, length).
    let vectors: [Double]
    /// Tᵀ, row after row; shape (count, count).
    let triangle: [Double]
  }

  /// Of the symmetric matrix of `order` rows whose lower triangle, column after column, `elements` hold.
  ///
  /// - Throws: `LinearAlgebraError` if an element is not finite or there is no memory to work in.
  /// - Complexity: O(n³).
  public init(reducing elements: consuming [Double], order: Int) throws {
    precondition(order > 0 && elements.count == order * order, "elements do not fill the matrix")
    if let place = elements.firstIndex(where: { !$0.isFinite }) {
      throw LinearAlgebraError.notFinite(row: place / order, column: place % order)
    }
    (self.order, width) = (order, min(Self.widest, order - 1))
    let (n, width) = (Int32(order), Int32(min(Self.widest, order - 1)))
    var (a, scales) = (elements, [Double](repeating: 0, count: order))
    var band = [Double](repeating: 0, count: (Int(width) + 1) * order)
    var work = [Double](repeating: 0, count: 2 * (order + Int(width)) * Int(width) + 1)
    let status = try BLASWorkspace.use {
      var status = Int32(0)
      unsafe persona_band_form(n, width, &a, &band, &scales, &work, &status)
      return status
    }
    precondition(status == 0, "LAPACK was called with a bad argument \(-status)")
    self.band = band
    reflections = try Self.reflections(a, scales, order: order, width: Int(width))
  }

  private static func reflections(
    _ a: [Double], _ scales: [Double], order: Int, width: Int
  ) throws -> [Reflection] {
    guard order > width + 1 else { return [] }
    return try stride(from: 0, to: order - width, by: width).map { start in
      let first = start + width
      let (length, count) = (order - first, min(order - first, width))
      var vectors = [Double](repeating: 0, count: count * length)
      for k in 0..<count {
        vectors[k * length + k] = 1
        for j in k + 1..<max(length, k + 1) { vectors[k * length + j] = a[(start + k) * order + first + j] }
      }
      var triangle = [Double](repeating: 0, count: count * count)
      let own = Array(scales[start..<start + count])
      _ = try BLASWorkspace.use {
        unsafe LAPACKE_dlarft(
          LAPACK_COL_MAJOR, CChar(UInt8(ascii: "F")), CChar(UInt8(ascii: "C")), Int32(length), Int32(count), vectors,
          Int32(length), own, &triangle, Int32(count))
      }
      return Reflection(first: first, count: count, length: length, vectors: vectors, triangle: triangle)
    }
  }

  /// The rows of `rows` times Q; of the same shape.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  /// - Complexity: O(rows · n²).
  public func turned(_ rows: Matrix) throws -> Matrix { try reflected(rows, reflections, CblasTrans) }

  /// The rows of `rows` times Qᵀ: `turned` undone.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  /// - Complexity: O(rows · n²).
  public func turnedBack(_ rows: Matrix) throws -> Matrix { try reflected(rows, reflections.reversed(), CblasNoTrans) }

  /// `rows` times one reflection after the other; `transpose` is what makes their T of what is kept.
  private func reflected(_ rows: Matrix, _ reflections: [Reflection], _ transpose: CBLAS_TRANSPOSE) throws -> Matrix {
    precondition(rows.columns == order, "rows and matrix differ in length")
    guard rows.rows > 0 else { return rows }
    let (m, stride) = (Int32(rows.rows), Int32(order))
    var elements = rows.elements
    var along = [Double](repeating: 0, count: rows.rows * max(width, 1))
    var turned = along
    try BLASWorkspace.use {
      unsafe elements.withUnsafeMutableBufferPointer { x in
        guard let x = x.baseAddress else { return }
        for own in reflections {
          let (count, length) = (Int32(own.count), Int32(own.length))
          let rest = unsafe x + own.first
          unsafe cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, m, count, length, 1, rest, stride, own.vectors, length, 0, &along,
            count)
          unsafe cblas_dgemm(
            CblasRowMajor, CblasNoTrans, transpose, m, count, count, 1, along, count, own.triangle, count, 0, &turned,
            count)
          unsafe cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, m, length, count, -1, turned, count, own.vectors, length, 1,
            rest, stride)
        }
      }
    }
    return Matrix(rows: rows.rows, columns: order, elements: elements)
  }

  /// The largest sum of magnitudes in a row of B, which no eigenvalue exceeds.
  public var bound: Double {
    var sums = [Double](repeating: 0, count: order)
    for j in 0..<order {
      for r in 0..<min(width + 1, order - j) {
        let size = abs(band[j * (width + 1) + r])
        sums[j + r] += size
        if r > 0 { sums[j] += size }
      }
    }
    return sums.max() ?? 0
  }

  /// The eigenvalues of A, largest first (LAPACK `dsbevd`).
  ///
  /// - Throws: `LinearAlgebraError`.
  public func eigenvalues() throws -> [Double] {
    var (work, ascending, none) = (band, [Double](repeating: 0, count: order), [0.0])
    let status = try BLASWorkspace.use {
      unsafe LAPACKE_dsbevd(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "N")), CChar(UInt8(ascii: "L")), Int32(order), Int32(width), &work,
        Int32(width + 1), &ascending, &none, 1)
    }
    guard status == 0 else { throw LinearAlgebraError.noConvergence(routine: "dsbevd", status: Int(status)) }
    return ascending.reversed()
  }

  /// B + `shift` as L Lᵀ; nil if that is not positive definite, or so near to it that rounding hides it.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public func factored(shift: Double) throws -> BandFactor? {
    var factor = band
    for j in 0..<order { factor[j * (width + 1)] += shift }
    let status = try BLASWorkspace.use {
      unsafe LAPACKE_dpbtrf(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), Int32(order), Int32(width), &factor, Int32(width + 1))
    }
    return status == 0 ? BandFactor(factor, order: order, width: width) : nil
  }
}
