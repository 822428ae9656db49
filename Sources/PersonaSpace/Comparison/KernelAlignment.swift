/// Sums over pairs of roles from which linear centred kernel alignment is had, of inner products about the mean of a sample.
///
/// A sample gives role i the weight wᵢ. Alignment as it is defined (Kornblith et al., ICML 2019) is that of the roles written out
/// so often. A role beside its copy is as like as can be, in both spaces, which has nothing to do with whether they agree; the
/// estimates without bias leave out pairs of a role with itself, and so those of its copies too.
struct KernelAlignment {
  /// Alignment, in 0…1; NaN where roles do not differ.
  let plain: Double
  /// Alignment by sums without bias; NaN of fewer than four roles, or where such a sum of one space is not positive.
  let debiased: Double

  /// Of inner products `a` and `b` of the same roles, both about the sample's mean, among the roles that have `weights`.
  init(_ a: PairProducts, _ b: PairProducts, weights: [Double]) {
    let sums = DependenceSums.all(a, b, weights)
    plain = Self.ratio(sums.ab.all, sums.aa.all, sums.bb.all)
    debiased = Self.ratio(sums.ab.debiased, sums.aa.debiased, sums.bb.debiased)
  }

  static func ratio(_ ab: Double, _ aa: Double, _ bb: Double) -> Double {
    guard aa > 0, bb > 0 else { return .nan }
    // Of equal kernels rounding may end above 1.
    return min(ab / (aa.squareRoot() * bb.squareRoot()), 1)
  }
}

/// The sums of one pair of kernels.
struct DependenceSums {
  /// Σᵢⱼ wᵢ wⱼ aᵢⱼ bᵢⱼ.
  let all: Double
  /// The estimate without bias of the Hilbert–Schmidt independence criterion (Song et al. 2012, theorem 2), over roles that are
  /// all different, each quadruple as often as the product of its weights says.
  let debiased: Double

  /// Those of `a` with `b`, and of each with itself, in one pass over pairs of roles.
  static func all(
    _ a: PairProducts, _ b: PairProducts, _ weights: [Double]
  ) -> (ab: DependenceSums, aa: DependenceSums, bb: DependenceSums) {
    let count = weights.count
    precondition(a.count == count && b.count == count, "inner products and weights differ in number")
    // Row sums Σⱼ≠ᵢ wⱼ aᵢⱼ.
    var (rowsA, rowsB) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    var (ab, aa, bb) = (PairSums(), PairSums(), PairSums())
    let (pairsA, pairsB) = (a.pairs, b.pairs)
    var place = 0
    for i in 0..<count {
      let w = weights[i]
      var (rowA, rowB) = (0.0, 0.0)
      var (singleAB, singleAA, singleBB) = (0.0, 0.0, 0.0)
      var (doubleAB, doubleAA, doubleBB) = (0.0, 0.0, 0.0)
      for j in stride(from: i + 1, to: count, by: 1) {
        let (v, x, y) = (weights[j], pairsA[place], pairsB[place])
        place += 1
        let (vx, vy) = (v * x, v * y)
        rowA += vx
        rowB += vy
        rowsA[j] += w * x
        rowsB[j] += w * y
        singleAB += vx * y
        singleAA += vx * x
        singleBB += vy * y
        doubleAB += vx * vy
        doubleAA += vx * vx
        doubleBB += vy * vy
      }
      rowsA[i] += rowA
      rowsB[i] += rowB
      ab.add(w, a.squares[i] * b.squares[i], singleAB, doubleAB)
      aa.add(w, a.squares[i] * a.squares[i], singleAA, doubleAA)
      bb.add(w, b.squares[i] * b.squares[i], singleBB, doubleBB)
    }
    return (
      DependenceSums(ab, rowsA, rowsB, weights), DependenceSums(aa, rowsA, rowsA, weights),
      DependenceSums(bb, rowsB, rowsB, weights)
    )
  }

  /// Sums of products of both kernels over pairs of roles.
  private struct PairSums {
    /// Σᵢ wᵢ² aᵢᵢ bᵢᵢ, and over i ≠ j Σ wᵢ wⱼ, Σ wᵢ wⱼ² and Σ wᵢ² wⱼ² times aᵢⱼ bᵢⱼ.
    var (diagonal, pairs, halves, squares) = (0.0, 0.0, 0.0, 0.0)

    /// Adds those of a role of weight `w` with those behind it: of Σ wⱼ aᵢⱼ bᵢⱼ and Σ wⱼ² aᵢⱼ bᵢⱼ over j > i, which stand for j < i too.
    mutating func add(_ w: Double, _ square: Double, _ single: Double, _ double: Double) {
      diagonal += w * w * square
      pairs += 2 * w * single
      halves += w * double + w * w * single
      squares += 2 * w * w * double
    }
  }

  private init(_ sums: PairSums, _ rowsA: [Double], _ rowsB: [Double], _ weights: [Double]) {
    all = sums.diagonal + sums.pairs
    var (rowProducts, weightedRowProducts, sumA, sumB) = (0.0, 0.0, 0.0, 0.0)
    for i in weights.indices {
      rowProducts += weights[i] * rowsA[i] * rowsB[i]
      weightedRowProducts += weights[i] * weights[i] * rowsA[i] * rowsB[i]
      sumA += weights[i] * rowsA[i]
      sumB += weights[i] * rowsB[i]
    }
    let numbers = TupleWeights(weights)
    // Of three roles, and of two pairs: all, less those in which roles coincide.
    let triples = rowProducts - sums.halves
    let quadruples = sumA * sumB - 4 * (weightedRowProducts - sums.squares) - 2 * sums.squares
    debiased =
      numbers.quadruples > 0
      ? sums.pairs / numbers.pairs - 2 * triples / numbers.triples + quadruples / numbers.quadruples : .nan
  }
}

/// The sums of products of the weights of ordered pairs, triples and quadruples of roles that are all different.
struct TupleWeights {
  let pairs, triples, quadruples: Double

  init(_ weights: [Double]) {
    // Newton's identities, from the sums of powers; whole weights give whole numbers.
    var (p1, p2, p3, p4) = (0.0, 0.0, 0.0, 0.0)
    for w in weights {
      p1 += w
      p2 += w * w
      p3 += w * w * w
      p4 += w * w * w * w
    }
    pairs = p1 * p1 - p2
    triples = p1 * p1 * p1 - 3 * p1 * p2 + 2 * p3
    quadruples = weights.count < 4 ? 0 : p1 * p1 * p1 * p1 - 6 * p1 * p1 * p2 + 3 * p2 * p2 + 8 * p1 * p3 - 6 * p4
  }
}
