public import LinearAlgebra

/// The number of components that hold more variance than chance gives them (Horn, Psychometrika 30, 1965; with permuted data:
/// Buja & Eyuboglu, Multivariate Behavioral Research 27, 1992).
///
/// Chance is the data with the roles of each dimension permuted on their own: the same dimensions, massive ones included, with
/// nothing in common. A component counts if its variance is above that of the same rank in every one of 19 draws, which
/// happens once in twenty by chance (the rank test of Davison & Hinkley, Bootstrap Methods, section 4.2), and all before it count.
public struct ParallelAnalysis: Sendable, Equatable {
  /// The components that count.
  public let components: Int
  /// The largest variance ratio of a first component in the permuted data.
  public let firstByChance: Double

  /// The permuted data sets: 19 give a test at the 5 % level.
  public static let draws = 19

  /// Of the role vectors less their mean, shape (R, d), of which the components have `variance`, largest first.
  ///
  /// - Throws: `LinearAlgebraError`.
  /// - Complexity: O(19 R² d).
  public init(centred: Matrix, variance: [Double], seed: UInt64, layer: Int) throws {
    let total = variance.reduce(0, +)
    let degrees = Double(centred.rows - 1)
    var highest = [Double](repeating: 0, count: variance.count)
    let columns = centred.transposed()
    for draw in 0..<Self.draws {
      var generator = SeededGenerator(
        seed: seed, purpose: 0x7061_7261, index: UInt64(bitPattern: Int64(layer)) &* 1_000 &+ UInt64(draw))
      let permuted = columns.shufflingEachRow(using: &generator)
      let gram = try columns.columns <= columns.rows ? permuted.gramOfColumns() : permuted.gramOfRows()
      for (j, value) in try gram.symmetricEigenvalues().prefix(variance.count).enumerated() {
        highest[j] = max(highest[j], value / degrees)
      }
    }
    // A tie, as of two roles, whose one component holds all whatever is permuted, is no more than chance.
    components = zip(variance, highest).prefix { $0 > $1 * (1 + 1e-9) }.count
    firstByChance = (highest.first ?? 0) / total
  }
}

extension Matrix {
  /// The matrix with the elements of each row in another order (Fisher and Yates).
  func shufflingEachRow(using generator: inout SeededGenerator) -> Matrix {
    var shuffled = elements
    for row in 0..<rows {
      let start = row * columns
      for i in stride(from: columns - 1, to: 0, by: -1) {
        shuffled.swapAt(start + i, start + Int(generator.next(below: UInt32(i + 1))))
      }
    }
    return Matrix(rows: rows, columns: columns, elements: shuffled)
  }
}
