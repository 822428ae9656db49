extension ReportData {
  /// The groups of a layer by what their change is told to be.
  struct Changes {
    let falls, rises, still, untold: [Group]

    init(_ groups: [Group]) {
      falls = groups.filter { $0.change.isNegative == true }
      rises = groups.filter { $0.change.isPositive == true }
      still = groups.filter { $0.change.isNegative == false && $0.change.isPositive == false }
      untold = groups.filter { $0.change.isNegative == nil }
    }
  }

  /// Which groups of conversations move, and how far, at `layer`.
  func driftWords(_ layer: Int) -> String {
    let groups = ordered(layer)
    guard !groups.isEmpty else { return "No conversation is known at layer \(layer)." }
    let changes = Changes(groups)
    func numbers(_ group: Group) -> String { "\(group.key.name) \(group.change.words(2)), n \(group.conversations)" }
    var sentences: [String] = []
    if !changes.falls.isEmpty {
      sentences.append("At layer \(layer), away from the Assistant: " + listed(changes.falls.map(numbers)))
    }
    if !changes.rises.isEmpty {
      sentences.append(
        (sentences.isEmpty ? "At layer \(layer), toward" : "Toward") + " the Assistant: "
          + listed(changes.rises.map(numbers)))
    }
    if sentences.isEmpty { sentences.append("At layer \(layer) no drift can be claimed") }
    if !changes.still.isEmpty {
      sentences.append("No change is shown in " + listed(changes.still.map(\.key.name), most: 4))
    }
    if !changes.untold.isEmpty {
      sentences.append(
        "There is no interval for " + listed(changes.untold.map(\.key.name), most: 4)
          + ": too few conversations with two turns, or --bootstrap 0")
    }
    return sentences.joined(separator: ". ") + "."
  }

  /// The first screen's word on drift: a heading, its class, and a sentence.
  var driftAnswer: (heading: String, kind: String, words: String)? {
    guard !groups.isEmpty else { return nil }
    let layer = nearest(groups.keys)
    let changes = Changes(ordered(layer))
    func short(_ group: Group) -> String { "\(group.key.name) \(group.change.words(2))" }
    let domains = changes.falls.filter(\.key.persona.isEmpty)
    let first = domains.isEmpty ? changes.falls : domains
    let still = changes.still.isEmpty ? "" : " No change is shown in \(listed(changes.still.map(\.key.name), most: 2))."
    if !first.isEmpty {
      let rises = changes.rises.isEmpty ? "" : " Toward it: \(listed(changes.rises.map(short), most: 1))."
      return (
        "Drifts: \(listed(first.map(\.key.name), most: 2))", "fair",
        "Away from the Assistant, in axis position: \(listed(changes.falls.map(short)))." + rises + still
      )
    }
    if !changes.rises.isEmpty {
      return ("No drift away", "good", "Toward the Assistant: \(listed(changes.rises.map(short)))." + still)
    }
    if !changes.still.isEmpty { return ("No drift is shown", "open", String(still.dropFirst())) }
    return ("Drift not identified", "open", driftWords(layer))
  }

  /// What holds conversations, at `layer`.
  func tetherWords(_ layer: Int) -> String {
    let groups = ordered(layer)
    let switches = groups.filter { $0.tether?.model == "two_states" && $0.tether?.leave != nil }.map { group in
      "\(group.key.name) leaves with \(group.tether?.leave?.words(2) ?? "–") a turn and comes back with "
        + "\(group.tether?.comeBack?.words(2) ?? "–")"
    }
    let walks = groups.filter { $0.tether?.model == "walk" }.map { group in
      "\(group.key.name) closes \(group.tether?.reversion?.words(2) ?? "–") of the gap a turn"
    }
    let others = groups.count - switches.count - walks.count
    var sentences: [String] = []
    if !switches.isEmpty {
      sentences.append("At layer \(layer), consistent with two states: " + listed(switches, most: 2))
    }
    if !walks.isEmpty { sentences.append("Consistent with a walk that is pulled back: " + listed(walks, most: 2)) }
    if switches.isEmpty && walks.isEmpty {
      return
        "At layer \(layer) no model of what holds conversations can be named for any of \(counted(groups.count, "group"))."
    }
    if others > 0 { sentences.append("No model is named for \(counted(others, "group")) of \(groups.count)") }
    return sentences.joined(separator: ". ") + "."
  }
}
