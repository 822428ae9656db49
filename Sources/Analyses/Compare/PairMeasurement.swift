internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace

/// Why it is not known how far measurement alone makes two spaces differ.
public enum UnknownMeasurement: Sendable, Equatable {
  /// Spaces that say nothing of it, by name.
  case notRecorded([String])
  /// The roles in common are `common` of the `fitted` roles of a space.
  case otherRoles(space: String, common: Int, fitted: Int)
  /// The axis of a space is not longer than the error of measuring it.
  case axisInNoise(space: String)
}

/// How far measurement alone makes the spaces of a pair differ in one layer.
struct PairMeasurement: Sendable {
  /// Why it is not known; nil where it is.
  let unknown: UnknownMeasurement?
  let pair: MeasuredPair?
  private let ceilings: (a: [String: NoiseCeiling], b: [String: NoiseCeiling])
  /// Whether both models answered the same questions, so far as their numbers tell.
  let sharesQuestions: Bool

  /// Fewer of the roles of a fit than this share are another set, about whose mean errors are not known.
  private static let leastShare = 0.9
  /// Where the axis of the common roles is turned farther from that of the fit, its errors are not known either.
  private static let leastCosine = 0.99

  /// Of `comparison`.
  ///
  /// - Throws: `FileError` if a space cannot be read any more, or contradicts itself.
  init(_ pair: ComparedPair, _ files: [ComparedFile], _ step: [Int], _ comparison: SpaceComparison) throws {
    let sides = [(pair.a, pair.rowsA, comparison.a), (pair.b, pair.rowsB, comparison.b)]
    let found = try sides.map { side, _, _ in try files[side].space.measurement(layer: step[side]) }
    guard let first = found[0], let second = found[1] else {
      let names = zip(sides, found).filter { $0.1 == nil }.map { files[$0.0.0].name }
      self.init(unknown: .notRecorded(names))
      return
    }
    for (place, (side, rows, fitted)) in sides.enumerated() {
      let (own, file) = (found[place] ?? first, files[side])
      let count = file.space.roleNames.count
      let axis = file.space.axes[step[side]]
      let cosine = dotProduct(axis.unit, fitted.axis.unit)
      guard Double(rows.count) >= Self.leastShare * Double(count), cosine >= Self.leastCosine else {
        self.init(unknown: .otherRoles(space: file.name, common: rows.count, fitted: count))
        return
      }
      guard rows.allSatisfy({ own.errors.positions[$0].isFinite }) else {
        self.init(unknown: .axisInNoise(space: file.name))
        return
      }
    }
    let isShared = first.clusters == second.clusters
    self.init(
      pair: MeasuredPair(first.errors, pair.rowsA, second.errors, pair.rowsB, sharesQuestions: isShared),
      ceilings: (first.ceilings, second.ceilings), sharesQuestions: isShared)
  }

  private init(
    unknown: UnknownMeasurement? = nil, pair: MeasuredPair? = nil,
    ceilings: (a: [String: NoiseCeiling], b: [String: NoiseCeiling]) = ([:], [:]), sharesQuestions: Bool = false
  ) {
    (self.unknown, self.pair, self.ceilings, self.sharesQuestions) = (unknown, pair, ceilings, sharesQuestions)
  }

  /// The layers `layerA` and `layerB` with what measurement makes of them.
  func layer(
    _ layerA: Int, _ layerB: Int, _ comparison: SpaceComparison, _ measures: [MeasuredComparison]
  ) -> CompareResult.Layer {
    let ratio = comparison.b.axis.norm / comparison.a.axis.norm
    let known = measures.compactMap { row in ceiling(row.measure, axisRatio: ratio).map { (row.measure, $0) } }
    return CompareResult.Layer(
      layerA: layerA, layerB: layerB, measures: measures, matching: comparison.matching.map { $0 + 1 },
      corrected: pair?.corrected(comparison) ?? [:], ceilings: Dictionary(known) { first, _ in first },
      unknown: unknown, sharesQuestions: sharesQuestions)
  }

  /// What two measurements of one and the same model would show by `measure`, with the errors of either space; nil where it is not known.
  ///
  /// - Parameter ratio: the length of the second axis over that of the first.
  private func ceiling(_ measure: ComparisonMeasure, axisRatio ratio: Double) -> NoiseCeiling? {
    guard let a = ceilings.a[measure.name], let b = ceilings.b[measure.name] else { return nil }
    let joined = a.joined(b, measure.kind, axisRatio: ratio)
    return joined.mean.isNaN ? nil : joined
  }
}
