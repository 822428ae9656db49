/// `vector` at unit length; NaN of 0.
package func unit(_ vector: [Double]) -> [Double] {
  let norm = euclideanNorm(vector)
  return vector.map { $0 / norm }
}

/// `vector` without its parts along `basis`, whose vectors are orthogonal to one another but of any length: modified
/// Gram–Schmidt.
package func orthogonalised(_ vector: [Double], to basis: [[Double]]) -> [Double] {
  var rest = vector
  // Twice is enough (Parlett, The Symmetric Eigenvalue Problem, section 6.9).
  for _ in 0..<2 {
    for direction in basis {
      let factor = dotProduct(rest, direction) / dotProduct(direction, direction)
      for j in rest.indices { rest[j] -= factor * direction[j] }
    }
  }
  return rest
}
