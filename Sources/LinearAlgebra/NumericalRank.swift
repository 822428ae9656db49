/// The size up to which an eigenvalue of a symmetric positive semi-definite matrix is zero but for rounding: n ε λ₁, in the unit of
/// the eigenvalues.
///
/// It is the usual bound of what a backward stable routine errs by (LAPACK Users' Guide, 3rd ed., section 4.7, with n for
/// the modest factor p(n)), and the default of NumPy's `matrix_rank`.
///
/// - Parameters:
///   - largest: the largest eigenvalue λ₁, or another size of the matrix, such as its trace.
///   - order: n; of a Gram matrix also the inner dimension of the product, if that is larger and wanted.
public func eigenvalueFloor(largest: Double, order: Int) -> Double { largest * Double(order) * .ulpOfOne }

/// The number of `values`, the eigenvalues of a symmetric positive semi-definite matrix of `order` rows, largest first, that are
/// above `eigenvalueFloor`.
///
/// - Parameters:
///   - values: all eigenvalues, or the leading ones.
///   - limit: the most there can be: a Gram matrix of n points about their mean has rank n − 1 at most.
public func numericalRank(ofEigenvalues values: [Double], order: Int, atMost limit: Int = .max) -> Int {
  rank(values, above: eigenvalueFloor(largest: values.first ?? 0, order: order), atMost: limit)
}

/// The number of `values`, eigenvalues largest first, above the share `share` of the largest: for matrices that are known less
/// well than to rounding.
public func numericalRank(ofEigenvalues values: [Double], aboveShare share: Double) -> Int {
  rank(values, above: share * (values.first ?? 0), atMost: .max)
}

private func rank(_ values: [Double], above floor: Double, atMost limit: Int) -> Int {
  // Where rounding left the largest below zero, so is the floor, but less: nothing is above it.
  values.prefix(limit).prefix { $0 > floor }.count
}
