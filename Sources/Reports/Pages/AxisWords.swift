extension ReportData {
  /// The verdict as a word of a heading, and its class.
  static func badge(_ verdict: String?) -> (words: String, kind: String) {
    switch verdict {
    case "found": ("Axis found", "good")
    case "weak": ("Weak axis", "fair")
    case "absent": ("No axis", "bad")
    case "inconclusive": ("Not decided", "open")
    default: ("No default, no axis", "open")
    }
  }

  /// Whether there is an axis at `layer`, and what that rests on, in a sentence or two.
  func axisWords(_ layer: Int) -> String {
    guard let found = scan.first(where: { $0.layer == layer }), let verdict = found.verdict else {
      return "There is no default Assistant, so no axis is identified. Name it with --default."
    }
    let evidence =
      "cos(axis, PC1) is \(cosine(found).words(2)); 95 % of random directions stay below \(decimal(found.randomNull, 2))"
    var sentences: [String]
    switch verdict {
    case "found":
      sentences = [
        "At layer \(layer) there is an Assistant axis, the leading direction in which the roles differ: \(evidence)"
      ]
    case "weak":
      sentences = [
        "At layer \(layer) there is an Assistant axis, but it is not the leading direction with the default at its end: \(evidence)"
      ]
    case "absent":
      // What random directions reach, the interval may still leave behind.
      let isOpen = cosine(found).high.map { $0 > found.randomNull } ?? false
      sentences = [
        isOpen
          ? "At layer \(layer) no Assistant axis is shown, and the interval does not rule one out: \(evidence)"
          : "At layer \(layer) there is no Assistant axis: \(evidence)"
      ]
    default:
      sentences = [
        "At layer \(layer) the data do not decide whether there is an Assistant axis: \(evidence), of \(counted(found.roles, "role")); "
          + "persona fit says what would decide"
      ]
    }
    if let group = found.changingGroup {
      let place = group.position >= 0.5 ? ", which lie at the default," : ""
      sentences.append(
        "Without the \(group.roles) roles of group ‘\(group.name)’\(place) the verdict is \(group.verdict)")
    }
    if found.massiveCarries { sentences.append("The verdict rests on massive dimensions") }
    if let p = found.otherRole, p > 0.05 {
      sentences.append("Some roles in the default's place give as high a cosine (p \(decimal(p, 3)))")
    }
    return sentences.joined(separator: ". ") + "."
  }

  /// The first screen's word on the axis: the verdict over all layers, and what it rests on.
  var axisAnswer: (heading: String, kind: String, words: String) {
    let badge = Self.badge(verdict)
    guard let found = shownScan, let verdict else { return (badge.words, badge.kind, axisWords(shown)) }
    var parts = ["cos(axis, PC1) \(cosine(found).words(2)) at layer \(shown)"]
    if scan.count > 1 { parts.append("found at \(scan.count { $0.verdict == "found" }) of \(scan.count) layers") }
    if let group = changingGroup {
      parts.append(
        "without the \(group.roles) roles of ‘\(group.name)’ it is \(group.verdict)"
          + (group.position >= 0.5 ? ", and they lie at the default" : ""))
    }
    if verdict == "inconclusive" { parts.append("persona fit says what would decide") }
    if found.massiveCarries { parts.append("it rests on massive dimensions") }
    if let p = found.otherRole, p > 0.05 {
      parts.append("some roles in the default's place give as high a cosine (p \(decimal(p, 3)))")
    }
    return (badge.words, badge.kind, parts.joined(separator: "; ") + ".")
  }

  /// The cosine of a layer: of the one that was chosen by this very number with the interval that holds the choice.
  private func cosine(_ layer: Layer) -> Estimated {
    ground == "recommended" && layer.layer == shown ? layer.cosineOfChoice ?? layer.cosine : layer.cosine
  }

  /// Why everything is read at the layer that is shown.
  var layerWords: String {
    switch ground {
    case "given": "Read at layer \(shown), as asked for."
    case "recommended":
      shownScan?.cosineOfChoice == nil
        ? "Read at layer \(shown), recommended on these same data: intervals do not account for that choice."
        : "Read at layer \(shown), recommended on these same data: the interval of cos(axis, PC1) accounts for that choice, others do not."
    case "middle": "Read at layer \(shown), the middle one."
    default: "Read at layer \(shown), the only one."
    }
  }
}
