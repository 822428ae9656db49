public import Statistics

/// Whether departure, resistance or instability rises or falls over the levels of personas, in one layer.
public struct StabilityTrend: Sendable {
  /// What is followed over the levels.
  public enum Measure: String, Sendable, CaseIterable {
    /// How far answers lie from the default's, in the default's own scatter.
    case departure
    /// The share of answers given as the default, of identified personas.
    case resistance
    /// The standard deviation of the adopted answers along the persona's own direction, of identified personas.
    case instability
    /// Departure along the axis alone.
    case axisDeparture = "axis_departure"
    /// Instability along the axis alone, of identified personas.
    case axisInstability = "axis_instability"

    /// Of `reading`; NaN where it has none.
    func value(of reading: PersonaReading) -> Double {
      guard let states = try? reading.states.get() else { return self == .axisDeparture ? reading.axisDeparture : .nan }
      let isIdentified = states.identification == .identified
      switch self {
      case .departure: return states.departure.value
      case .resistance: return states.resistance.value
      case .instability: return isIdentified ? states.instability.deviation.value : .nan
      case .axisDeparture: return reading.axisDeparture
      case .axisInstability: return isIdentified ? reading.axisInstability : .nan
      }
    }

    /// What the bootstrap samples show of `reading`; nil where they are not of this measure.
    func replicates(of reading: PersonaReading) -> [Double]? {
      guard let states = try? reading.states.get(), !states.replicates.resistances.isEmpty else { return nil }
      switch self {
      case .departure: return states.replicates.departures
      case .resistance: return states.replicates.resistances
      case .instability: return states.replicates.instabilities
      case .axisDeparture, .axisInstability: return nil
      }
    }
  }

  /// What is followed.
  public let measure: Measure
  /// The personas that have a level and the measure.
  public let personas: Int
  /// The trend. Its interval is of other personas, and, but along the axis alone, of other questions.
  public let trend: LevelTrend

  /// Fewer personas have no trend.
  public static let leastPersonas = 3
  /// Of fewer levels there is none.
  public static let leastLevels = 2

  /// The trends of `readings` over `levels`, which are NaN where they are not known; none of a measure that fewer than
  /// `leastPersonas` personas of `leastLevels` levels have.
  public static func all(
    _ readings: [PersonaReading], levels: [Double], replicates: Int, seed: UInt64
  ) -> [StabilityTrend] {
    precondition(readings.count == levels.count, "a level for each persona")
    return Measure.allCases.compactMap { measure -> StabilityTrend? in
      let known = readings.indices.filter { levels[$0].isFinite && measure.value(of: readings[$0]).isFinite }
      guard known.count >= leastPersonas, Set(known.map { levels[$0] }).count >= leastLevels else { return nil }
      let drawn = known.map { measure.replicates(of: readings[$0]) }
      let values = known.map { measure.value(of: readings[$0]) }
      return StabilityTrend(
        measure: measure, personas: known.count,
        trend: LevelTrend(
          positions: values, levels: known.map { levels[$0] }, replicates: replicates, seed: seed
        ) { sample, member in
          drawn[member].map { $0[sample % $0.count] } ?? values[member]
        })
    }
  }
}
