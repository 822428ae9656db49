internal import Analyses
internal import PersonaSpace
internal import Statistics

/// In which personas the place of an answer goes with its length, and what is left of departures at the default's.
enum LengthRemark {
  private static let most = 4

  /// The lines of a layer; none where it is shown of no persona.
  static func lines(_ result: StabilityResult, _ layer: StabilityResult.Layer) -> [String] {
    let known = layer.readings.indices.filter { layer.readings[$0].length != nil }
    let told = known.filter { layer.readings[$0].length?.matters ?? false }
    guard !told.isEmpty else { return [] }
    let names = told.prefix(most).compactMap { index -> String? in
      guard let length = layer.readings[index].length else { return nil }
      let departure = (try? layer.readings[index].states.get())?.departure.value
      let adjusted =
        length.adjustedDeparture.value.isNaN
        ? "not told at the default's length" : "at the default's length \(fixed(length.adjustedDeparture.value, 1))"
      return "\(shown(result.personas[index].name, width: 16)) (r \(fixed(length.correlation.value, 2)), departure "
        + "\(fixed(departure, 1)), \(adjusted))"
    }
    let more = told.count > most ? " and \(told.count - most) more" : ""
    return [
      "  length: where an answer lies goes with how long it is in \(told.count) of \(known.count) personas: "
        + names.joined(separator: ", ") + more,
      "    either may be the cause: an answer as the default is also as long as one",
    ]
  }
}
