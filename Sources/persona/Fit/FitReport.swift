internal import Analyses
internal import Dumps
internal import PersonaSpace
internal import Statistics

/// What `fit` prints: the verdict and the layers.
struct FitReport {
  let text: String

  /// Of the layer that is recommended, or `layer` where that is asked for.
  init(_ fit: FitResult, layer: Int? = nil) {
    var lines = [
      "\(fit.roles.count) roles, \(layerList(fit.layers)), \(fit.hiddenSize) dimensions"
    ]
    if let line = Self.scaling(fit) { lines.append(line) }
    guard let verdict = fit.verdict else {
      lines.append(Self.componentTable(fit))
      text = lines.joined(separator: "\n")
      return
    }
    let outcomes = fit.spaces.compactMap { $0.assistant?.verdict.outcome }
    let found = outcomes.count { $0 == .found }
    lines += [
      "",
      "Verdict: Assistant axis \(verdict.rawValue.uppercased())"
        + (fit.layers.count > 1 ? ", found at \(found) of \(fit.layers.count) layers" : ""),
    ]
    lines += GroupReport.overall(fit)
    let shown = layer.flatMap { fit.layers.firstIndex(of: $0) } ?? fit.choice?.index ?? fit.middle
    if let assistant = fit.spaces[shown].assistant {
      let role =
        fit.layers.count == 1
        ? ""
        : shown == fit.choice?.index
          ? " (recommended)" : fit.choice == nil && shown == fit.middle ? " (the middle one)" : " (asked for)"
      let evidence = assistant.verdict.evidence
      lines.append("  layer \(fit.layers[shown])\(role): \(assistant.verdict.outcome.rawValue): \(evidence.words)")
      lines += Self.otherRoles(fit.spaces[shown])
      if let remedy = evidence.remedy {
        lines.append("  what would decide: \(remedy.words(roles: evidence.roles, cosine: evidence.cosine))")
      }
      lines += GroupReport.lines(fit, shown)
      if let words = evidence.massiveWords { lines.append("  \(words)") }
    }
    lines += Self.halves(fit.spaces[shown]) + RecommendedLayer.lines(fit) + Self.nulls(fit.spaces[shown])
    lines += Self.massive(fit, shown) + Self.splits(fit, shown)
    if let line = Self.basis(fit, fit.spaces[shown].uncertainty) { lines.append(line) }
    lines += Self.adjustment(fit, shown)
    lines += ["", Self.layerTable(fit)] + RoleEnds.lines(fit, shown) + Self.trend(fit, shown) + Self.traits(fit, shown)
    text = lines.joined(separator: "\n")
  }

  /// How many of the roles lie as far out as the default, were they named as it: the null that is hardest to beat.
  private static func otherRoles(_ space: LayerSpace) -> [String] {
    guard let null = space.uncertainty?.nulls.first(where: { $0.kind == .otherRole }) else { return [] }
    return [
      "  roles in the place of the default: one has as high a cosine with p \(probability(null.probability)) "
        + "(95th percentile \(fixed(null.quantile, 3))): "
        + (null.probability <= 0.05
          ? "the default lies further out than characters do"
          : "the default is not shown to lie further out than characters do")
    ]
  }

  /// What of the cosine holds for roles of which the axis was not made.
  private static func halves(_ space: LayerSpace) -> [String] {
    guard let halves = space.uncertainty?.roleHalves, let range = halves.range else { return [] }
    return [
      "  axis from half of the roles, PC1 from the other half: |cos| \(fixed(halves.mean, 3)) on average, "
        + "\(fixed(range.low, 3)) to \(fixed(range.high, 3)) in 95 % of \(RoleHalves.draws) random halves"
        + (halves.keepsGroups ? " of whole groups" : "")
    ]
  }

  /// The dimensions that stand out, which decide uncentred cosines by themselves.
  private static func massive(_ fit: FitResult, _ index: Int) -> [String] {
    let massive = fit.spaces[index].massive.massive(of: fit.hiddenSize)
    guard !massive.isEmpty, fit.scaling.isIdentity else { return [] }
    let shown = massive.prefix(4).map { "\($0.index) (\(percent($0.share)))" }.joined(separator: ", ")
    return [
      "  massive dimensions, by share of the squared norm: \(shown)\(massive.count > 4 ? ", …" : ""); "
        + "--drop-dimensions massive fits without them"
    ]
  }

  /// How halves of the responses agree, or that they were not asked.
  private static func splits(_ fit: FitResult, _ index: Int) -> [String] {
    if fit.splits.isEmpty {
      if fit.wantedSplits || !fit.hasResponses { return [] }
      return ["  split-half agreement of the responses not computed; add --split-half"]
    }
    return fit.splits.map { split in
      guard let halves = split.layers[index] else { return "  halves by \(split.division.rawValue): one has no axis" }
      let draws = split.division == .questions ? fit.spaces[index].uncertainty?.splitHalves : nil
      let intervals = draws?.intervals(of: halves) ?? []
      func value(_ number: Double, _ place: Int) -> String {
        let interval = intervals.isEmpty ? nil : intervals[place]
        return fixed(number, 3) + (interval.map { " (\(fixed($0.low, 3)) to \(fixed($0.high, 3)))" } ?? "")
      }
      let why =
        draws != nil
        ? ""
        : split.division == .prompts
          ? " (one division by lot; no interval)" : " (no interval: the error of measuring roles is not known)"
      return
        "  halves by \(split.division.rawValue), the default's too\(why): cos of the axes \(value(halves.axisCosine, 0)), of PC1 "
        + "\(value(halves.componentCosine, 1)); axis of one with PC1 of the other \(value(halves.acrossCosine, 3)); rank correlation of "
        + "positions \(value(halves.positionSpearman, 2)); \(split.roles) roles"
    }
  }

  private static func trend(_ fit: FitResult, _ index: Int) -> [String] {
    guard !fit.trends.isEmpty else { return [] }
    let trend = fit.trends[index]
    let interval = trend.interval.map { " (95 % interval \(fixed($0.low, 3)) to \(fixed($0.high, 3)))" } ?? ""
    return [
      "",
      """
      Axis position over \(trend.levels) levels of \(fit.levelledRoles) roles, layer \(fit.layers[index]): rank correlation \
      \(fixed(trend.spearman, 3))\(interval), p \(probability(trend.spearmanProbability))\
      \(fit.layers.count > 1 ? ", q over layers \(probability(fit.trendRates[index]))" : ""); Jonckheere–Terpstra p \
      \(probability(trend.jonckheereProbability))
      """,
    ]
  }

  /// The traits at either end of the axis and of each component.
  private static func traits(_ fit: FitResult, _ index: Int) -> [String] {
    guard !fit.traits.isEmpty, !fit.traitReadings[index].isEmpty else { return [] }
    let readings = fit.traitReadings[index]
    var table = TextTable(["", "low", "high "])
    let names = readings.map(\.target.name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    for name in names {
      func traits(_ pole: TraitReading.Pole) -> String {
        let called = fit.polesOfTraits(index).filter { $0.target.name == name && $0.pole == pole }.prefix(3)
        return called.isEmpty ? "–" : called.map { shown(fit.traits[$0.trait], width: 20) }.joined(separator: ", ")
      }
      table.append([name, traits(.low), traits(.high)])
    }
    return [
      "", "Traits of \(fit.traits.count) that characterise either end, layer \(fit.layers[index]) (q ≤ 0.05)",
      table.text(),
    ]
  }

  /// What was done with the dimensions, or nil if nothing was.
  private static func scaling(_ fit: FitResult) -> String? {
    guard !fit.scaling.isIdentity, let factors = fit.spaces[fit.middle].factors else { return nil }
    let dropped = factors.indices.filter { factors[$0] == 0 }
    let names = dropped.prefix(10).map(String.init).joined(separator: ", ") + (dropped.count > 10 ? ", …" : "")
    return "scaling: \(fit.scaling.scale.rawValue); "
      + (dropped.isEmpty ? "no dimension dropped" : "\(dropped.count) dropped (\(names))")
      + (fit.layers.count > 1 ? " at layer \(fit.layers[fit.middle])" : "")
  }

  /// What the intervals rest on, or why there are none.
  private static func basis(_ fit: FitResult, _ uncertainty: LayerUncertainty?) -> String? {
    let roles = fit.roles.count
    guard let uncertainty else { return "  no intervals, nulls or parallel analysis: --bootstrap 0" }
    guard let bootstrap = uncertainty.bootstrap else {
      return "  no intervals: \(roles) roles are too few to resample; \(LayerUncertainty.leastRoles) are needed"
    }
    if let measured = bootstrap.measured, bootstrap.replicates >= Interval.leastReplicates {
      return Self.basis(fit, bootstrap, measured, roles: roles)
    }
    if bootstrap.cosine == nil, bootstrap.varianceRatio == nil {
      let samples =
        bootstrap.measured == nil ? "are too few" : "have a first component longer than the error of measuring it"
      return "  no intervals: \(bootstrap.replicates) bootstrap samples \(samples); "
        + "\(Interval.leastReplicates) are needed"
    }
    let units = fit.resamplesQuestions ? "questions" : "responses"
    let assistant =
      uncertainty.assistantSamples.map { "over \(roles) roles and the \($0) \(units) of the default" }
      ?? "over \(roles) roles; the default is fixed: it is one vector, or has responses to fewer than 5 questions"
    return "  intervals: \(bootstrap.replicates) bootstrap samples \(assistant). \(rolesAlone(fit.unknownErrors))"
  }

  /// What intervals rest on that carry the error of measuring roles.
  private static func basis(
    _ fit: FitResult, _ bootstrap: AxisUncertainty, _ measured: MeasuredAxis, roles: Int
  ) -> String {
    let questions = fit.answeredQuestions ?? measured.questions
    let parted = questions > measured.questions ? " in \(measured.questions) groups" : ""
    let value =
      bootstrap.cosine == nil
      ? "and there are none, as the axis, or the first component, is not longer than the error of measuring it"
      : "about the values without it, such as a cosine of \(fixed(measured.cosine, 3))"
    let unknown =
      measured.unknown == 0
      ? ""
      : "; the error of \(measured.unknown) role\(measured.unknown == 1 ? "" : "s") with answers to one question or group alone is not known"
    return
      "  intervals: \(bootstrap.replicates) bootstrap samples over \(roles) roles and the \(questions) questions"
      + "\(parted) that they and the default answered. They include the error of measuring each role, \(value)\(unknown)"
  }

  /// What became of the questions, by which roles differ where they have answers to other ones.
  private static func adjustment(_ fit: FitResult, _ index: Int) -> [String] {
    guard let words = fit.adjustment?.words else { return [] }
    let raw =
      fit.unadjustedCosines.isEmpty
      ? "" : ". Of these cos(axis, PC1) is \(fixed(fit.unadjustedCosines[index], 3)), confounded by the questions"
    return ["  \(words)\(raw)"]
  }

  /// That intervals are of the choice of roles alone, and why.
  private static func rolesAlone(_ reason: UnknownErrors?) -> String {
    let words = "They cover the choice of roles alone, not the error of measuring each role"
    switch reason {
    case nil: return words
    case .vectorsAlone: return "\(words), which vectors do not show"
    case .noQuestion(let key):
      return "\(words): the key '\(key)' names no question (<label>_p<prompt>_q<question> does)"
    case .fewQuestions(let count):
      return
        "\(words): answers are to \(count) question\(count == 1 ? "" : "s"), and \(QuestionClusters.least) are needed"
    }
  }

  /// What other directions would show, in a line each.
  private static func nulls(_ space: LayerSpace) -> [String] {
    let nulls = (space.uncertainty?.nulls ?? []).filter { $0.kind != .otherRole }
    if nulls.isEmpty { return [] }
    let words = nulls.map { null -> String in
      let name =
        switch null.kind {
        case .randomDirection: "random direction"
        case .shuffledAxis: "axis with shuffled coordinates"
        case .roleSpan: "direction in the span of the roles, orthogonal to the axis"
        case .otherRole: "role in the place of the default"
        }
      return "\(name) \(fixed(null.quantile, 3)) (p \(probability(null.probability)))"
    }
    return ["  95th percentile of |cos(direction, PC1)| under each null: \(words.joined(separator: "; "))"]
  }

  /// All layers, or about a dozen spread over them, and a line that says so.
  private static func layersShown(_ fit: FitResult) -> (indices: [Int], remark: String) {
    let step = max(1, (fit.layers.count + 11) / 12)
    return (
      fit.layers.indices.filter { $0 % step == 0 || $0 == fit.layers.count - 1 },
      step > 1 ? "\n  (one layer in \(step) and the last; all are in layers.csv)" : ""
    )
  }

  private static func layerTable(_ fit: FitResult) -> String {
    var table = TextTable([
      "layer", "|axis|", "cos(axis, PC1)", "95 %", "random", "PC1 variance", "default on PC1", "verdict",
    ])
    let (indices, remark) = layersShown(fit)
    for index in indices {
      guard let assistant = fit.spaces[index].assistant else { continue }
      table.append([
        "\(fit.layers[index])", fixed(assistant.axis.norm, 3), fixed(assistant.componentCosines[0], 3),
        fit.spaces[index].uncertainty?.bootstrap?.cosine.map { "\(fixed($0.low, 3)) to \(fixed($0.high, 3))" } ?? "",
        fixed(assistant.randomNull, 3), percent(fit.spaces[index].components.varianceRatio[0]),
        fixed(assistant.extremity.relative, 3), assistant.verdict.outcome.rawValue,
      ])
    }
    return table.text() + remark
  }

  private static func componentTable(_ fit: FitResult) -> String {
    var table = TextTable(["layer", "PC1", "PC2", "PC3", "for 70 %", "for 90 %"])
    let (indices, remark) = layersShown(fit)
    for index in indices {
      let components = fit.spaces[index].components
      let ratios = components.varianceRatio
      table.append(
        ["\(fit.layers[index])"] + (0..<3).map { percent($0 < ratios.count ? ratios[$0] : nil) }
          + ["\(components.count(forVariance: 0.7))", "\(components.count(forVariance: 0.9))"])
    }
    return "\nComponents (no axis)\n" + table.text() + remark
  }
}
