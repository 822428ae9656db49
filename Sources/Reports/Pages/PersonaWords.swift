extension ReportData {
  /// The personas of a layer by what they are told to be.
  struct Kinds {
    let resisted, unstable: [Persona]
    let told, adopted, all: Int

    init(_ personas: [Persona]) {
      let known = personas.filter { $0.isIdentified && !$0.quadrant.isEmpty }
      resisted = known.filter { ["resistant", "both"].contains($0.quadrant) }
        .sorted { $0.resistance?.value ?? 0 > $1.resistance?.value ?? 0 }
      unstable = known.filter { ["unstable", "both"].contains($0.quadrant) }
        .sorted { $0.instability?.value ?? 0 > $1.instability?.value ?? 0 }
      (told, all) = (known.count, personas.count)
      adopted = told - Set((resisted + unstable).map(\.name)).count
    }

    /// That of the others nothing can be claimed.
    var untold: String? {
      told < all ? "\(all - told) of \(all) are not identified" : nil
    }
  }

  /// Which personas are resisted and which are unstable, at `layer`.
  func personaWords(_ layer: Int) -> String {
    let kinds = Kinds(personas[layer] ?? [])
    guard kinds.told > 0 else {
      return "At layer \(layer) no persona can be told to be resisted or unstable: \(kinds.untold ?? "there is none")."
    }
    var sentences: [String] = []
    if !kinds.resisted.isEmpty {
      let shares = kinds.resisted.map { "\($0.name) \($0.resistance?.share ?? "–")" }
      sentences.append("Resisted: \(listed(shares)) of answers as the default")
    }
    if !kinds.unstable.isEmpty {
      let spreads = kinds.unstable.map { "\($0.name) \($0.instability?.words(2) ?? "–") axis lengths" }
      sentences.append("Unstable: \(listed(spreads))")
    }
    if kinds.resisted.isEmpty { sentences.append("No persona is shown to be resisted") }
    if kinds.unstable.isEmpty { sentences.append("None is shown to be unstable") }
    sentences.append("\(kinds.adopted) adopted")
    if let untold = kinds.untold { sentences.append(untold) }
    return "At layer \(layer). " + sentences.joined(separator: ". ") + "."
  }

  /// The first screen's word on personas.
  var personaAnswer: (heading: String, kind: String, words: String)? {
    guard !personas.isEmpty else { return nil }
    let kinds = Kinds(personas[nearest(personas.keys)] ?? [])
    guard kinds.told > 0 else {
      return ("Personas not identified", "open", (kinds.untold ?? "There is none") + ".")
    }
    let heading =
      kinds.resisted.isEmpty && kinds.unstable.isEmpty
      ? "No persona is shown to be resisted or unstable"
      : [
        kinds.resisted.isEmpty ? nil : "\(kinds.resisted.count) resisted",
        kinds.unstable.isEmpty ? nil : "\(kinds.unstable.count) unstable", "\(kinds.adopted) adopted",
      ].compactMap(\.self).joined(separator: ", ")
    var parts: [String] = []
    if !kinds.resisted.isEmpty {
      parts.append(
        "Resisted: \(listed(kinds.resisted.map { "\($0.name) \($0.resistance?.share ?? "–")" })) of answers as the default"
      )
    }
    if !kinds.unstable.isEmpty {
      parts.append("Unstable: \(listed(kinds.unstable.map { "\($0.name) \($0.instability?.words(2) ?? "–")" }))")
    }
    if let untold = kinds.untold { parts.append(untold) }
    let isOpen = kinds.resisted.isEmpty && kinds.unstable.isEmpty
    return (heading, isOpen ? "good" : "fair", parts.map { $0 + "." }.joined(separator: " "))
  }

  /// The recommended cap, and its layer.
  var recommendedCap: (layer: Int, cap: Cap)? {
    caps.keys.sorted().lazy.compactMap { layer in
      self.caps[layer]?.first(where: \.isRecommended).map { (layer: layer, cap: $0) }
    }.first
  }

  /// What capping would do.
  var capWords: String {
    if !caution.isEmpty {
      return "What a floor does to turns so far off the axis is open (see Caution): the figure is arithmetic alone."
    }
    guard let (layer, cap) = recommendedCap else {
      return "No cap can be recommended from these data; persona cap says why. The figure is arithmetic alone."
    }
    let isBenign = cap.benign.value.isFinite
    let cost =
      isBenign ? "\(cap.benign.share) of benign turns" : "\(percentage(cap.defaultShare)) of the default's responses"
    let place =
      "Recommended: layer \(layer), \(cap.percentileWords), tau \(decimal(cap.tau, 3)) (axis position "
      + "\(decimal(cap.tauPosition, 2))). "
    if let tested = capHalves.first(where: \.isTesting) {
      return place + "Chosen on half of the conversations; on the \(tested.conversations) others it takes "
        + "\(tested.reduction.share) of the fall by its arithmetic, and touches \(tested.cost). It does not show what a capped model "
        + "would say. The figure is of all conversations."
    }
    return place
      + "Over all conversations it takes \(cap.reduction.share) of the fall by its arithmetic, and touches \(cost). It was "
      + "chosen on half of these conversations, so these numbers are optimistic; persona cap prints what it does on the other half. "
      + "It does not show what a capped model would say."
  }

  /// The first screen's word on capping.
  var capAnswer: (heading: String, kind: String, words: String)? {
    guard !caps.isEmpty else { return nil }
    guard caution.isEmpty else { return ("No cap recommended", "open", capWords) }
    guard let (layer, cap) = recommendedCap else { return ("No cap is recommended", "open", capWords) }
    let cost =
      cap.benign.value.isFinite
      ? "\(percentage(cap.benign.value)) of benign turns" : "\(percentage(cap.defaultShare)) of the default's responses"
    let heading = "A cap at axis position \(decimal(cap.tauPosition, 2))"
    if let tested = capHalves.first(where: \.isTesting) {
      return (
        heading, "good",
        "Layer \(layer), \(cap.percentileWords): on the \(tested.conversations) conversations that did not choose it, it takes by "
          + "arithmetic \(tested.reduction.share) of the fall, and touches \(tested.cost)."
      )
    }
    return (
      heading, "good",
      "Layer \(layer), \(cap.percentileWords): by arithmetic it takes \(cap.reduction.share) of the fall, in part on "
        + "the conversations it was chosen on, and touches \(cost)."
    )
  }
}
