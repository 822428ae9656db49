/// The inner products of m roles about a point: of each with itself, and of each two, which are the same either way.
struct PairProducts {
  /// Those of each with itself; shape (m).
  let squares: [Double]
  /// Those of pairs, in the order (0, 1), (0, 2), …: the upper triangle; shape (m (m − 1) / 2).
  let pairs: [Double]

  /// The number of roles.
  var count: Int { squares.count }

  /// From the whole matrix, shape (m, m), row after row.
  init(_ gram: [Double], count: Int) {
    precondition(gram.count == count * count, "inner products do not fill the matrix")
    squares = (0..<count).map { gram[$0 * count + $0] }
    var pairs: [Double] = []
    pairs.reserveCapacity(count * (count - 1) / 2)
    for i in 0..<count { pairs += gram[i * count + i + 1..<(i + 1) * count] }
    self.pairs = pairs
  }

  /// (zᵢ − m) · (zⱼ − m) of the roles `members`.
  ///
  /// - Parameters:
  ///   - gram: zᵢ · zⱼ of all roles; shape (R, R).
  ///   - mean: m · zᵢ of all roles; shape (R).
  ///   - meanSquare: m · m.
  init(_ gram: [Double], of members: [Int], mean: [Double], meanSquare: Double) {
    let (all, size) = (mean.count, members.count)
    precondition(gram.count == all * all, "inner products do not fill the matrix")
    let own = members.map { mean[$0] }
    squares = (0..<size).map { gram[members[$0] * all + members[$0]] - own[$0] + (meanSquare - own[$0]) }
    var (pairs, place) = ([Double](repeating: 0, count: size * (size - 1) / 2), 0)
    for p in 0..<size {
      let (row, mine) = (members[p] * all, meanSquare - own[p])
      for q in stride(from: p + 1, to: size, by: 1) {
        pairs[place] = gram[row + members[q]] - own[q] + mine
        place += 1
      }
    }
    self.pairs = pairs
  }

  /// The cosines of pairs, in their order. NaN where a role is the point.
  var cosines: [Double] {
    let scale = squares.map { $0.squareRoot() }
    var (cosines, place) = ([Double](repeating: 0, count: pairs.count), 0)
    for i in 0..<count {
      let own = scale[i]
      for j in stride(from: i + 1, to: count, by: 1) {
        cosines[place] = pairs[place] / (own * scale[j])
        place += 1
      }
    }
    return cosines
  }

  /// The whole matrix, with wᵢ wⱼ of `factors` on it; shape (m, m), row after row.
  func matrix(times factors: [Double]) -> [Double] {
    var (matrix, place) = ([Double](repeating: 0, count: count * count), 0)
    for i in 0..<count {
      let own = factors[i]
      matrix[i * count + i] = squares[i] * (own * own)
      for j in stride(from: i + 1, to: count, by: 1) {
        let product = pairs[place] * (own * factors[j])
        (matrix[i * count + j], matrix[j * count + i]) = (product, product)
        place += 1
      }
    }
    return matrix
  }
}

/// wᵢ wⱼ of pairs of roles, in the same order: how often the pair of two different roles is in a sample. Pairs of a role with
/// its copy are left out.
func pairWeights(_ weights: [Double]) -> [Double] {
  let count = weights.count
  var (products, place) = ([Double](repeating: 0, count: count * (count - 1) / 2), 0)
  for i in 0..<count {
    let own = weights[i]
    for j in stride(from: i + 1, to: count, by: 1) {
      products[place] = own * weights[j]
      place += 1
    }
  }
  return products
}
