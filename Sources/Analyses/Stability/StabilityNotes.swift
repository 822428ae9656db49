internal import Files
internal import PersonaSpace
internal import Statistics

/// Why cells of a row are empty, in words: the column `note`.
enum StabilityNotes {
  /// Of a row of `personas.csv`.
  static func note(_ persona: StabilityResult.Persona, _ reading: PersonaReading?, _ result: StabilityResult)
    -> String
  {
    if let reason = persona.reason { return reason }
    guard let reading else { return "" }
    var notes: [String] = []
    if reading.full == nil { notes.append("the target is the default") }
    if reading.full != nil, reading.axis == nil {
      notes.append("the target cannot be told from the default on the axis")
    }
    if let reliability = reading.reliability, reliability < 0.5 {
      notes.append("the target is hardly told from the default: its distance is mostly noise")
    }
    if persona.count < 2 { notes.append("one response has no spread") }
    if result.replicates > 0, reading.full != nil, persona.clusters < PersonaAdherence.leastClusters {
      notes.append(
        "no interval: \(counted(persona.clusters, result.drawsQuestions ? "question" : "response")), \(PersonaAdherence.leastClusters) needed"
      )
    }
    if result.replicates >= Interval.leastReplicates, persona.clusters >= PersonaAdherence.leastClusters,
      reading.full.map({ $0.resistanceInterval == nil }) ?? false
        || reading.axis.map({ $0.resistanceInterval == nil }) ?? false
    {
      notes.append("an interval is empty where the target reaches the default in more than 2.5 % of the samples")
    }
    return notes.joined(separator: "; ")
  }

  /// Of a row of `variance.csv`.
  static func note(_ readout: String, _ variance: PersonaVariance, _ result: StabilityResult) -> String {
    let (components, design) = (variance.components, result.design)
    if components.intraclassCorrelation.isNaN { return "nothing varies" }
    var notes: [String] = []
    if components.within <= 0 { notes.append("nothing varies within a persona") }
    if components.between <= 0 { notes.append("personas do not differ: the ratio is infinite") }
    if variance.shares == nil { notes.append("the design does not tell the sources apart") }
    if result.replicates > 0, variance.interval == nil, components.within > 0 {
      notes.append("no interval: \(design.personas) personas, \(PersonaVariance.leastPersonas) needed")
    }
    if result.replicates > 0, variance.probability == nil {
      let reason =
        result.shufflesPrompts == nil
        ? "nothing to shuffle"
        : readout.hasPrefix("pc")
          ? "components are chosen to differ between personas" : "the prompts' vectors are not held"
      notes.append("no p: \(reason)")
    }
    return notes.joined(separator: "; ")
  }
}
