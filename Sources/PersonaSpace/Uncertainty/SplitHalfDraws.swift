internal import LinearAlgebra
public import Statistics

/// What halves of the questions would show of one another if roles and questions were drawn again.
///
/// Roles are drawn from the model without its errors, and each half is given an error of its own, of twice the variance, as it has half of
/// the questions. How far these halves scatter is how far those of the data do; they scatter about another value, as the model has lost its
/// errors only on average.
public struct SplitHalfDraws: Sendable, Equatable {
  /// The draws of each of `SplitHalf.values`.
  let values: [[Double]]
  /// What intervals are widened by.
  let factor: Double

  /// The draws of questions, with each of which a few samples of roles are taken.
  static let draws = 20
  /// The number of the first of these draws, behind those of bootstrap samples and pairs of measurements.
  private static let first = 1 << 40

  /// Of `draws`, each `SplitHalf.values`, of `roles` roles and answers to `questions` clusters.
  init(_ draws: [[Double]], roles: Int, questions: Int) {
    values = (0..<4).map { measure in draws.map { $0[measure] } }
    factor = max(
      Interval.widening(forSamplesOf: roles), Interval.widening(forGaussian: questions))
  }

  /// The intervals of 95 % of what `halves` have, on the scale of Fisher's z; nil of what has none. They are of what halves of as many
  /// questions show of roles of this kind.
  public func intervals(of halves: SplitHalf) -> [Interval?] {
    zip(halves.values, values).map { value, drawn in
      Interval(normalAbout: value, lessBias: 0, of: drawn, on: .fisher, widenedBy: factor)
    }
  }

  /// `SplitHalf.values` of the halves of draw `draw`, for a few of the samples `resamples` of roles.
  ///
  /// - Throws: `LinearAlgebraError`.
  static func values(_ draw: Int, of resamples: Resamples, _ model: MeasuredModel) throws -> [[Double]] {
    let few = QuestionErrors.rolesPerDraw
    let numbers = (draw * few..<(draw + 1) * few).filter { $0 < resamples.count }
    guard !numbers.isEmpty else { return [] }
    let weights = Matrix(numbers.map { resamples.counts($0) }, columns: model.geometry.count)
    let halves = try (0..<2).map { try Half(model, draw: first + 2 * draw + $0, weights) }
    return numbers.indices.map { row in
      let (a, b) = (halves[0].samples[row], halves[1].samples[row])
      let own = Array(weights.row(row))
      return [
        cosine(a.axis, b.axis), abs(cosine(a.component, b.component)),
        spearmanCorrelation(a.positions, b.positions, weights: own),
        (abs(cosine(a.axis, b.component)) + abs(cosine(b.axis, a.component))) / 2,
      ]
    }
  }

  private static func cosine(_ x: [Double], _ y: [Double]) -> Double {
    let lengths = (dotProduct(x, x) * dotProduct(y, y)).squareRoot()
    return lengths > 0 ? max(-1, min(dotProduct(x, y) / lengths, 1)) : .nan
  }

  /// One half, and what samples of roles say of it.
  private struct Half {
    /// The axis and the first component of a sample, shape (d) each, and the positions of all roles up to scale, shape (R).
    let samples: [(axis: [Double], component: [Double], positions: [Double])]

    init(_ model: MeasuredModel, draw: Int, _ weights: Matrix) throws {
      let (geometry, root) = (model.geometry, 2.0.squareRoot())
      let (moved, shift) = try model.errors.errors(draw)
      let roles = Matrix(
        rows: geometry.count, columns: geometry.axis.count,
        elements: zip(geometry.centred.elements, moved.elements).map { $0 + root * $1 })
      let axis = zip(geometry.axis, shift).map { $0 + root * $1 }
      let products = try RoleProducts(roles, axis: axis, needsGram: true)
      let contrast = ResampledSpaces.Contrast(products: products.axisProducts, square: products.axisSquare)
      let spaces = try ResampledSpaces(
        of: products, weights: weights, contrasts: (0..<weights.rows).map { _ in contrast },
        scores: try roles.times(model.component))
      samples = try spaces.samples.enumerated().map { row, sample in
        let own = Array(weights.row(row))
        let total = own.reduce(0, +)
        let sum = sample.combination.reduce(0, +)
        let mean = own.map { $0 / total }
        let vectors = try Matrix(
          [mean, zip(sample.combination, mean).map { $0 - sum * $1 }], columns: own.count
        ).times(roles)
        return (difference(axis, Array(vectors.row(0))), Array(vectors.row(1)), sample.products)
      }
    }
  }
}
