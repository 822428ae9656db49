/// The cosines of the centred vectors of pairs of roles, in the order (0, 1), (0, 2), …: the upper triangle. NaN where a role is
/// the mean role.
func pairCosines(_ kernel: [Double], count: Int) -> [Double] {
  var scale = [Double](repeating: 0, count: count)
  for i in 0..<count { scale[i] = kernel[i * count + i].squareRoot() }
  var cosines: [Double] = []
  cosines.reserveCapacity(count * (count - 1) / 2)
  for i in 0..<count {
    for j in stride(from: i + 1, to: count, by: 1) { cosines.append(kernel[i * count + j] / (scale[i] * scale[j])) }
  }
  return cosines
}

/// wᵢ wⱼ of pairs of roles, in the same order: how often the pair of two different roles is in a sample. Pairs of a role with
/// its copy are left out.
func pairWeights(_ weights: [Double]) -> [Double] {
  var products: [Double] = []
  products.reserveCapacity(weights.count * (weights.count - 1) / 2)
  for i in weights.indices {
    for j in stride(from: i + 1, to: weights.count, by: 1) { products.append(weights[i] * weights[j]) }
  }
  return products
}
