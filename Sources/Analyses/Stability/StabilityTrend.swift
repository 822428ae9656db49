internal import Dumps
internal import PersonaSpace
public import Statistics

/// Whether resistance or instability rises or falls over the levels of `roles.csv`, in one layer.
public struct StabilityTrend: Sendable {
  /// The layer.
  public let layer: Int
  /// `resistance`, `instability`, or either along the axis.
  public let measure: String
  /// The personas that have a level and the measure.
  public let personas: Int
  /// The trend.
  public let trend: LevelTrend

  /// The trends in layer `index` of `result`; none of a measure that fewer than three personas of two levels have.
  static func all(_ result: StabilityResult, layer index: Int, replicates: Int, seed: UInt64) -> [StabilityTrend] {
    let measures: [(String, (PersonaReading) -> Double?)] = [
      ("resistance", { $0.full?.resistance }), ("instability", { $0.full?.instability }),
      ("axis_resistance", { $0.axis?.resistance }), ("axis_instability", { $0.axis?.instability }),
    ]
    let levels = result.personas.map { Double($0.label.level) ?? .nan }
    let layer = result.layers[index]
    return measures.compactMap { name, measure -> StabilityTrend? in
      let known: [(level: Double, value: Double)] = zip(levels, layer.readings).compactMap { level, reading in
        guard level.isFinite, let value = reading.flatMap(measure), value.isFinite else { return nil }
        return (level, value)
      }
      guard known.count >= 3, Set(known.map(\.level)).count >= 2 else { return nil }
      return StabilityTrend(
        layer: layer.layer, measure: name, personas: known.count,
        trend: LevelTrend(
          positions: known.map(\.value), levels: known.map(\.level), replicates: replicates, seed: seed))
    }
  }
}
