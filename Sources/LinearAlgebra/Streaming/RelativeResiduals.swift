/// ‖A v − λ v‖ / λ of each of several eigenpairs of a symmetric positive semi-definite matrix A; 0 where λ is 0.
///
/// An eigenvalue of A lies within λ · residual of λ (Parlett, The Symmetric Eigenvalue Problem, section 4.5).
///
/// - Parameters:
///   - values: λ of each.
///   - vectors: v of each, of unit length, as rows; at least as many.
///   - images: A v of each, as rows.
public func relativeResiduals(_ values: [Double], _ vectors: Matrix, images: Matrix) -> [Double] {
  values.indices.map { place in
    guard values[place] > 0 else { return 0 }
    let rest = zip(images.row(place), vectors.row(place)).map { $0 - values[place] * $1 }
    return euclideanNorm(rest) / values[place]
  }
}
