public import Statistics

/// Whether resistance or instability rises or falls over the levels of personas, in one layer.
public struct StabilityTrend: Sendable {
  /// What is followed over the levels.
  public enum Measure: String, Sendable, CaseIterable {
    case resistance
    case instability
    /// Resistance along the axis alone.
    case axisResistance = "axis_resistance"
    /// Instability along the axis alone.
    case axisInstability = "axis_instability"

    /// Of `reading`; nil where it has none.
    func value(of reading: PersonaReading) -> Double? {
      switch self {
      case .resistance: reading.full?.resistance
      case .instability: reading.full?.instability
      case .axisResistance: reading.axis?.resistance
      case .axisInstability: reading.axis?.instability
      }
    }
  }

  /// What is followed.
  public let measure: Measure
  /// The personas that have a level and the measure.
  public let personas: Int
  /// The trend.
  public let trend: LevelTrend

  /// Fewer personas have no trend.
  public static let leastPersonas = 3
  /// Of fewer levels there is none.
  public static let leastLevels = 2

  /// The trends of `readings`, nil of personas without a target, over `levels`, which are NaN where they are not known; none of
  /// a measure that fewer than `leastPersonas` personas of `leastLevels` levels have.
  public static func all(
    _ readings: [PersonaReading?], levels: [Double], replicates: Int, seed: UInt64
  ) -> [StabilityTrend] {
    precondition(readings.count == levels.count, "a level for each persona")
    return Measure.allCases.compactMap { measure -> StabilityTrend? in
      let known: [(level: Double, value: Double)] = zip(levels, readings).compactMap { level, reading in
        guard level.isFinite, let value = reading.flatMap(measure.value), value.isFinite else { return nil }
        return (level, value)
      }
      guard known.count >= leastPersonas, Set(known.map(\.level)).count >= leastLevels else { return nil }
      return StabilityTrend(
        measure: measure, personas: known.count,
        trend: LevelTrend(
          positions: known.map(\.value), levels: known.map(\.level), replicates: replicates, seed: seed))
    }
  }
}
