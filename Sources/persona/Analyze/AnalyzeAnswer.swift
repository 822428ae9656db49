internal import Analyses
internal import PersonaSpace
internal import Statistics

/// The answer of `analyze` in about ten lines: each question of a reader, and what the dump says of it, or that it does not.
struct AnalyzeAnswer {
  let text: String

  init(_ result: AnalyzeResult, output: String) {
    let choice = result.layer
    var rows: [(name: String, words: String)] = []
    rows.append(("Axis", Self.axis(result.fit, choice)))
    if result.fit.verdict != nil { rows.append(("Layer", Self.layer(choice))) }
    if let far = result.farTurns { rows.append(("Caution", far.words)) }
    if let drift = result.drift {
      let layer = choice.nearest(in: drift.layers)
      rows.append(("Drift", Self.drift(drift, layer)))
      rows.append(("Tether", Self.tether(drift, layer)))
    }
    if let stability = result.stability {
      let layer = choice.nearest(in: stability.layers.map(\.layer))
      if let found = stability.layers.first(where: { $0.layer == layer }) {
        rows.append(("Personas", Self.personas(stability, found)))
      }
    }
    if let caps = result.caps {
      let words =
        result.farTurns == nil
        ? "recommended: " + Self.cap(caps)
        : "no floor is recommended, as its effect on turns so far off the axis is unknown (see Caution); caps.csv has the arithmetic"
      rows.append(("Capping", words))
    }
    rows.append(("More", "the figures are in \(output)/report.html, the tables in \(output); --details prints them"))
    text = rows.map { Self.block($0.name, $0.words) }.joined(separator: "\n")
  }

  /// The columns before an answer.
  private static let margin = 10
  /// The most names in a list.
  private static let mostNames = 3

  /// A name, and its words beside it in lines of at most `reportWidth` columns.
  private static func block(_ name: String, _ words: String) -> String {
    name + wrapped(words, indent: margin).dropFirst(name.count)
  }

  private static func axis(_ fit: FitResult, _ choice: AnalyzedLayer) -> String {
    guard let verdict = fit.verdict else { return "no axis: there is no default Assistant; name it with --default" }
    let index = fit.layers.firstIndex(of: choice.number) ?? fit.middle
    let outcomes = fit.spaces.compactMap { $0.assistant?.verdict.outcome }
    var parts = [
      verdict.rawValue.uppercased()
        + (fit.layers.count > 1 ? " (found at \(outcomes.count { $0 == .found }) of \(fit.layers.count) layers)" : "")
    ]
    if let group = fit.changingGroups.first {
      parts.append(
        "without the \(group.roles) roles of group '\(shown(group.name, width: 20))' it is \(group.outcome.rawValue.uppercased())"
          + (group.liesAtDefault ? ", and they lie at the default" : ""))
    }
    if let evidence = fit.spaces[index].assistant?.verdict.evidence {
      // The layer was chosen by this very number: the interval for all layers at once holds the choice.
      let own = choice.ground == .recommended ? fit.simultaneous[index] : evidence.interval
      let interval = own.map { " (\(range($0, 2)))" } ?? ", no interval"
      parts.append(
        "cos(axis, PC1) \(fixed(evidence.cosine, 2))\(interval) at layer \(fit.layers[index]); "
          + "random directions stay below \(fixed(evidence.null, 2))")
      if evidence.massiveCarries == true { parts.append("the verdict rests on massive dimensions") }
      if let remedy = evidence.remedy {
        parts.append("what would decide: \(remedy.words(roles: evidence.roles, cosine: evidence.cosine))")
      }
    }
    if let null = fit.spaces[index].uncertainty?.nulls.first(where: { $0.kind == .otherRole }), null.probability > 0.05
    {
      parts.append("some roles in the default's place give as high a cosine (p \(probability(null.probability)))")
    }
    return parts.joined(separator: "; ")
  }

  private static func layer(_ choice: AnalyzedLayer) -> String {
    "everything below is read at layer \(choice.number), \(choice.words)"
      + (choice.ground == .recommended ? " on these same data; --layer N shows another" : "")
  }

  /// The name of a group in a list.
  private static func name(_ group: DriftResult.Group) -> String {
    let domain = (group.domain ?? "").isEmpty ? "(no domain)" : shown(group.domain ?? "", width: 20)
    return domain + (group.persona.isEmpty ? "" : " as \(shown(group.persona, width: 20))")
      + (group.condition.isEmpty ? "" : " under \(shown(group.condition, width: 20))")
  }

  /// The groups of a layer, those without a persona first: they are what the model does unasked.
  private static func groups(_ drift: DriftResult, _ layer: Int) -> [DriftResult.Group] {
    let all = drift.groups(layer: layer)
    return all.filter(\.persona.isEmpty) + all.filter { !$0.persona.isEmpty }
  }

  private static func drift(_ drift: DriftResult, _ layer: Int) -> String {
    let groups = groups(drift, layer)
    func change(_ group: DriftResult.Group) -> Estimate { group.drift.change }
    let falls = groups.filter { change($0).interval?.isNegative ?? false }
    let rises = groups.filter { change($0).interval?.isPositive ?? false }
    let untold = groups.filter { change($0).interval == nil }
    let still = groups.filter { change($0).interval.map { !$0.isNegative && !$0.isPositive } ?? false }
    func numbers(_ group: DriftResult.Group) -> String {
      "\(name(group)) \(fixed(change(group).value, 2)) (\(range(change(group).interval, 2)), n \(group.conversations))"
    }
    var parts: [String] = []
    if !falls.isEmpty { parts.append("away from the Assistant: " + listed(falls.map(numbers))) }
    if !rises.isEmpty { parts.append("toward it: " + listed(rises.map(numbers))) }
    if !still.isEmpty { parts.append("no change is shown in " + listed(still.map(name), most: 2)) }
    if !untold.isEmpty {
      let why = drift.isResampled ? "too few conversations with two turns" : "--bootstrap 0"
      parts.append("no interval (\(why)) for " + listed(untold.map(name), most: 2))
    }
    return parts.isEmpty ? "no conversation" : parts.joined(separator: "; ")
  }

  private static func tether(_ drift: DriftResult, _ layer: Int) -> String {
    let groups = groups(drift, layer)
    let switches = groups.filter { $0.tether?.model == .twoStates }.map { group in
      let states = group.tether?.states
      return "\(name(group)) leaves with \(fixed(states?.leave.value, 2)) a turn "
        + "(\(range(states?.leave.interval, 2))) and comes back with \(fixed(states?.comeBack.value, 2)) "
        + "(\(range(states?.comeBack.interval, 2)))"
    }
    let walks = groups.filter { $0.tether?.model == .walk }.map { group in
      "\(name(group)) closes \(fixed(group.tether?.walk?.reversionRate.value, 2)) of the gap a turn"
    }
    let others = groups.count - switches.count - walks.count
    var parts: [String] = []
    if !switches.isEmpty { parts.append("consistent with two states: " + listed(switches, most: 2)) }
    if !walks.isEmpty { parts.append("consistent with a walk: " + listed(walks, most: 2)) }
    if others > 0 { parts.append("no model is named for \(others) of \(counted(groups.count, "group"))") }
    return parts.joined(separator: "; ")
  }

  private static func personas(_ result: StabilityResult, _ layer: StabilityResult.Layer) -> String {
    guard result.hasDefault else { return "not identified: activations/ has no answers of the default" }
    func names(_ quadrants: Set<Quadrant>) -> [(name: String, states: PersonaStates)] {
      zip(result.personas, layer.readings).compactMap { persona, reading in
        guard let states = try? reading.states.get(), states.identification == .identified,
          let quadrant = states.quadrant, quadrants.contains(quadrant)
        else { return nil }
        return (shown(persona.name, width: 20), states)
      }
    }
    let resisted = names([.resistant, .both]).sorted { $0.states.resistance.value > $1.states.resistance.value }
    let unstable = names([.unstable, .both])
      .sorted { $0.states.instability.deviation.value > $1.states.instability.deviation.value }
    let told = names(Set(Quadrant.allCases)).count
    var parts: [String] = []
    if !resisted.isEmpty {
      let shares = resisted.map { "\($0.name) \(percentage($0.states.resistance))" }
      parts.append("resisted: \(listed(shares)) of answers as the default")
    }
    if !unstable.isEmpty {
      let deviations = unstable.map { "\($0.name) \(fixed($0.states.instability.deviation.value, 2))" }
      parts.append("unstable: \(listed(deviations)) axis lengths")
    }
    if told > 0 { parts.append("\(told - Set((resisted + unstable).map(\.name)).count) adopted") }
    if told < layer.readings.count {
      let all = layer.readings.count
      parts.append("\(all - told) of \(all) are not identified")
    }
    return parts.joined(separator: "; ")
  }

  private static func percentage(_ estimate: Estimate) -> String {
    func whole(_ value: Double) -> String { fixed(100 * value, 0) }
    return whole(estimate.value) + " %"
      + (estimate.interval.map { " (\(whole($0.low)) to \(whole($0.high)))" } ?? "")
  }

  private static func cap(_ result: CapResult) -> String {
    let range = result.chosenRange.map { result.ranges[$0] }.flatMap { $0.isRecommended ? $0 : nil }
    return CapReport.recommendation(result)
      + (range.map { "; or \(RangeReport.name($0))\(RangeReport.percentile($0))" } ?? "")
      + ". This does not tell what a capped model says"
  }

  /// The first of `items`, and how many more there are.
  private static func listed(_ items: [String], most: Int = mostNames) -> String {
    items.prefix(most).joined(separator: ", ") + (items.count > most ? " and \(items.count - most) more" : "")
  }
}
