public import Statistics

/// A measure of a comparison with its interval and with what chance makes of it.
public struct MeasuredComparison: Sendable {
  /// What is measured.
  public let measure: ComparisonMeasure
  /// Its value; NaN where it is not defined.
  public let value: Double
  /// Its 95 % interval, by bootstrap over the roles; nil without one.
  public let interval: Interval?
  /// The replicates it rests on.
  public let replicates: Int
  /// The value which 95 % of the draws of chance do not reach: by magnitude for a signed correlation or shift, from above for a
  /// residual. Nil where there are none.
  public let null: Double?
  /// The share of draws that are as far out as the value (`permutationProbability`); nil without them.
  public let probability: Double?
  /// The draws.
  public let draws: Int
}

extension SpaceComparison {
  /// Fewer roles give samples that are mostly copies of one another.
  public static let leastRoles = 5

  /// The measures with their intervals and nulls.
  ///
  /// - Parameters:
  ///   - replicates: of all samples, in their order; none for no intervals.
  ///   - permuted: the values of all draws, in their order; none for no nulls.
  ///   - roleShifts: `PermutedComparison.roleShifts`; nil without shared dimensions.
  public func measured(
    replicates: [[Double]], permuted: [[Double]], roleShifts: (along: [Double], off: [Double])?
  ) -> [MeasuredComparison] {
    measures.indices.map { place in
      let (measure, value) = (measures[place], values[place])
      let kind = measure.kind
      let drawn = replicates.map { $0[place] }.filter { !$0.isNaN }
      let interval = interval(of: value, drawn, kind)
      var chance = permuted.map { $0[place] }.filter { !$0.isNaN }
      if !permuted.isEmpty, let roleShifts {
        if kind == .defaultShiftAlong { chance = roleShifts.along }
        if kind == .defaultShiftOff { chance = roleShifts.off }
      }
      let (null, probability) = Self.judged(value, chance, kind.tail)
      return MeasuredComparison(
        measure: measure, value: value, interval: interval, replicates: interval == nil ? 0 : drawn.count, null: null,
        probability: probability, draws: null == nil ? 0 : chance.count)
    }
  }

  /// The interval of `value`, within which it lies.
  private func interval(of value: Double, _ drawn: [Double], _ kind: ComparisonMeasure.Kind) -> Interval? {
    // A rank correlation of 1 stands for all that round to it: on Fisher's scale it is half a step of ranks below 1.
    let ranked: Double? =
      switch kind {
      case .positionSpearman: Double(a.count)
      case .similaritySpearman: Double(a.count * (a.count - 1) / 2)
      default: nil
      }
    let scale = ranked.map { 1 - 6 / ($0 * $0 * $0 - $0) } ?? 1
    let factor = Interval.widening(forSamplesOf: a.count)
    let interval =
      switch kind.intervalKind {
      case .basic: Interval(about: value * scale, of: drawn.map { $0 * scale }, on: kind.scale, widenedBy: factor)
      case .standard:
        // Where the sign wavers, what the samples are about is not the value.
        40 * drawn.count(where: { $0 * value < 0 }) > drawn.count
          ? Interval(percentilesOf: drawn)
          : Interval(normalAbout: value, lessBias: 1, of: drawn, on: kind.scale, widenedBy: factor)
      case .ofAsManyRoles:
        Interval(normalAbout: value, lessBias: 0, of: drawn, on: kind.scale, widenedBy: factor)
      }
    return interval.map {
      // Rounding, and the ends of the scale, must not leave the value outside.
      Interval(
        low: min(max($0.low / scale, kind.least), value), high: max(min($0.high / scale, kind.most), value))
    }
  }

  /// The 95 % quantile of chance on the side of `tail`, and the share of draws as far out as `value`.
  private static func judged(
    _ value: Double, _ chance: [Double], _ tail: ComparisonMeasure.Kind.Tail
  ) -> (null: Double?, probability: Double?) {
    // Fewer draws have no outer twentieth.
    guard chance.count >= 19, !value.isNaN else { return (nil, nil) }
    // Rounding must not make a draw that ties with what was found fall short of it.
    let slack = 1e-12
    let further: Int
    let null: Double
    switch tail {
    case .both:
      further = chance.count { abs($0) >= abs(value) - slack }
      null = quantile(chance.map { abs($0) }, 0.95)
    case .high:
      further = chance.count { $0 >= value - slack }
      null = quantile(chance, 0.95)
    case .low:
      further = chance.count { $0 <= value + slack }
      null = quantile(chance, 0.05)
    }
    return (null, permutationProbability(asFarOut: further, of: chance.count))
  }
}
