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

  /// Of inner products `a` and `b`, both of shape (m, m) and about the sample's mean, among the roles that have `weights`.
  init(_ a: [Double], _ b: [Double], weights: [Double]) {
    let (ab, aa, bb) = (
      DependenceSums(a, b, weights), DependenceSums(a, a, weights), DependenceSums(b, b, weights)
    )
    plain = Self.ratio(ab.all, aa.all, bb.all)
    debiased = Self.ratio(ab.debiased, aa.debiased, bb.debiased)
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

  init(_ a: [Double], _ b: [Double], _ weights: [Double]) {
    let count = weights.count
    precondition(a.count == count * count && b.count == a.count, "kernels and weights differ in size")
    // Row sums Σⱼ≠ᵢ wⱼ aᵢⱼ, and Σᵢ≠ⱼ of products with weights of the first and the second power.
    var (rowsA, rowsB) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    var (diagonal, pairs, halves, squares) = (0.0, 0.0, 0.0, 0.0)
    for i in 0..<count {
      let (start, w) = (i * count, weights[i])
      var (rowA, rowB, single, double) = (0.0, 0.0, 0.0, 0.0)
      for j in 0..<count where j != i {
        let (v, x, y) = (weights[j], a[start + j], b[start + j])
        rowA += v * x
        rowB += v * y
        single += v * x * y
        double += v * v * x * y
      }
      (rowsA[i], rowsB[i]) = (rowA, rowB)
      diagonal += w * w * a[start + i] * b[start + i]
      pairs += w * single
      halves += w * double
      squares += w * w * double
    }
    all = diagonal + pairs
    var (rowProducts, weightedRowProducts, sumA, sumB) = (0.0, 0.0, 0.0, 0.0)
    for i in 0..<count {
      rowProducts += weights[i] * rowsA[i] * rowsB[i]
      weightedRowProducts += weights[i] * weights[i] * rowsA[i] * rowsB[i]
      sumA += weights[i] * rowsA[i]
      sumB += weights[i] * rowsB[i]
    }
    let numbers = TupleWeights(weights)
    // Of three roles, and of two pairs: all, less those in which roles coincide.
    let triples = rowProducts - halves
    let quadruples = sumA * sumB - 4 * (weightedRowProducts - squares) - 2 * squares
    debiased =
      numbers.quadruples > 0
      ? pairs / numbers.pairs - 2 * triples / numbers.triples + quadruples / numbers.quadruples : .nan
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
