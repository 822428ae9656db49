internal import Glibc
public import LinearAlgebra
internal import Statistics

/// The number of components that hold more variance than chance gives them (Horn, Psychometrika 30, 1965; with permuted data:
/// Buja & Eyuboglu, Multivariate Behavioral Research 27, 1992).
///
/// Chance is the data with the roles of each dimension permuted on their own: the same dimensions, massive ones included, with
/// nothing in common. A component counts if its variance is above that of the same rank in every one of 19 draws, which
/// happens once in twenty by chance (the rank test of Davison & Hinkley, Bootstrap Methods, section 4.2), and all before it count.
public struct ParallelAnalysis: Sendable, Equatable {
  /// The components that count.
  public let components: Int
  /// How far the variance of the first component is above the mean of those of the permuted data, in their standard
  /// deviations; NaN where they are all the same, as with two roles.
  ///
  /// What is compared are cube roots of the excess over the largest variance of a single dimension, which no permutation
  /// changes. Where one dimension is far larger than the rest, the excess is distributed as a χ² of few degrees of freedom,
  /// whose cube root is nearly normal (Wilson & Hilferty, Proceedings of the National Academy of Sciences 17, 1931).
  public let firstScore: Double
  /// The highest variance of each rank in any draw, largest first; empty if that was not kept.
  public let highest: [Double]

  /// The permuted data sets: 19 give a test at the 5 % level.
  public static let draws = 19

  /// What an analysis found.
  public init(components: Int, firstScore: Double, highest: [Double] = []) {
    (self.components, self.firstScore, self.highest) = (components, firstScore, highest)
  }

  /// Of the role vectors less their mean, shape (R, d), of which the components have `variance`, largest first.
  ///
  /// - Throws: `LinearAlgebraError`.
  /// - Complexity: O(19 R² d).
  public init(centred: Matrix, variance: [Double], seed: UInt64, layer: Int) throws {
    let degrees = Double(centred.rows - 1)
    var highest = [Double](repeating: 0, count: variance.count)
    var firsts: [Double] = []
    let columns = centred.transposed()
    let largest = (0..<columns.rows).map { dotProduct(columns.row($0), columns.row($0)) / degrees }.max() ?? 0
    func root(_ variance: Double) -> Double { cbrt(max(variance - largest, 0)) }
    for draw in 0..<Self.draws {
      var generator = SeededGenerator(
        seed: seed, purpose: .parallelAnalysis, index: UInt64(bitPattern: Int64(layer)) &* 1_000 &+ UInt64(draw))
      let permuted = columns.shufflingEachRow(using: &generator)
      let gram = try columns.columns <= columns.rows ? permuted.gramOfColumns() : permuted.gramOfRows()
      let values = try gram.symmetricEigenvalues().map { $0 / degrees }
      for j in highest.indices { highest[j] = max(highest[j], values[j]) }
      firsts.append(root(values[0]))
    }
    self.highest = highest
    // A tie, as of two roles, whose one component holds all whatever is permuted, is no more than chance.
    components = zip(variance, highest).prefix { $0 > $1 * (1 + 1e-9) }.count
    let centre = mean(of: firsts)
    let spread = standardDeviation(of: firsts)
    // Rounding alone is no spread.
    firstScore = spread > cbrt(largest) * 1e-5 ? (root(variance[0]) - centre) / spread : .nan
  }
}

extension Matrix {
  /// The matrix with the elements of each row in another order.
  func shufflingEachRow(using generator: inout SeededGenerator) -> Matrix {
    var shuffled = elements
    for row in 0..<rows {
      generator.shuffle(&shuffled, in: row * columns..<(row + 1) * columns)
    }
    return Matrix(rows: rows, columns: columns, elements: shuffled)
  }
}
