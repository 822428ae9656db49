internal import Files
internal import Reports

extension ReportTable {
  /// The group that a row is of.
  func group(_ row: Int) -> ReportData.GroupKey {
    .init(domain: text("domain", row), condition: text("condition", row), persona: text("persona", row))
  }
}

extension ReportReader {
  private static let keyNames = ["domain", "condition", "persona", "scope"]

  /// `drift.csv`, `tether.csv` and `curves.csv`: the groups of single domains.
  mutating func readGroups() throws {
    guard
      let table = try input.table(
        "drift.csv", numbers: ["layer", "conversations"] + withEnds("change", "start", "end"), texts: Self.keyNames)
    else { return }
    for (layer, rows) in table.rowsByLayer() {
      data.groups[layer] = rows.filter { table.text("scope", $0) != "all" }.map { row in
        .init(
          key: table.group(row), conversations: table.integer("conversations", row) ?? 0,
          change: table.estimated("change", row), start: table.estimated("start", row),
          end: table.estimated("end", row))
      }
    }
    try readTethers()
    guard
      let curves = try input.table(
        "curves.csv", numbers: ["layer", "turn", "conversations", "mean", "low", "high"], texts: Self.keyNames)
    else { return }
    for row in 0..<curves.count {
      guard let layer = curves.integer("layer", row), let turn = curves.integer("turn", row),
        let index = place(of: curves.group(row), layer)
      else { continue }
      data.groups[layer]?[index].curve.append(
        (
          turn: turn, mean: curves.estimated("mean", row, low: "low", high: "high"),
          conversations: curves.integer("conversations", row) ?? 0
        ))
    }
  }

  private func place(of key: ReportData.GroupKey, _ layer: Int) -> Int? {
    data.groups[layer]?.firstIndex { $0.key == key }
  }

  private mutating func readTethers() throws {
    guard
      let tethers = try input.table(
        "tether.csv", numbers: Self.tetherNumbers, texts: Self.keyNames + ["model", "note"])
    else { return }
    for row in 0..<tethers.count where tethers.text("scope", row) != "all" {
      guard let layer = tethers.integer("layer", row), let index = place(of: tethers.group(row), layer) else {
        continue
      }
      data.groups[layer]?[index].tether = .init(
        model: tethers.text("model", row), leave: tethers.estimate("leave", row),
        comeBack: tethers.estimate("come_back", row), reversion: tethers.estimate("reversion_rate", row),
        note: tethers.text("note", row))
      if let chain = RecordedChain(tethers, row) {
        chains[RecordedChain.Place(key: tethers.group(row), layer: layer)] = chain
      }
    }
  }

  private static let tetherNumbers =
    ["layer", "home_mean", "home_sd", "away_mean", "away_sd", "start_home"]
    + withEnds("leave", "come_back", "reversion_rate")

  /// `personas.csv`.
  mutating func readPersonas() throws {
    if let cutoff = options["resistance-cutoff"].flatMap({ Double($0) }) { data.resistanceCutoff = cutoff }
    if let cutoff = options["instability-cutoff"].flatMap({ Double($0) }) { data.instabilityCutoff = cutoff }
    guard
      let table = try input.table(
        "personas.csv",
        numbers: ["layer", "instability_default"] + withEnds("departure", "resistance", "instability"),
        texts: ["persona", "group", "state", "identified", "quadrant", "note"])
    else { return }
    data.personas = table.rowsByLayer().mapValues { rows in
      rows.map { row in
        .init(
          name: table.text("persona", row), group: table.text("group", row), state: table.text("state", row),
          quadrant: table.text("quadrant", row), note: table.text("note", row),
          isIdentified: table.text("identified", row) == "yes", departure: table.estimated("departure", row),
          resistance: table.estimate("resistance", row), instability: table.estimate("instability", row),
          floor: table.number("instability_default", row))
      }
    }
  }

  /// `caps.csv`; of a cap that was reckoned of tokens and of turns apart the row that more turns are behind.
  mutating func readCaps() throws {
    guard
      let table = try input.table(
        "caps.csv",
        numbers: [
          "layer", "percentile", "tau", "tau_position", "turns", "capped_share", "drift_before", "drift_after",
          "benign_share", "benign_low", "benign_high", "default_share",
        ] + withEnds("drift_reduction"), texts: ["granularity", "recommended"])
    else { return }
    for (layer, rows) in table.rowsByLayer() {
      let all = rows.map { row in
        ReportData.Cap(
          percentile: table.number("percentile", row), tau: table.number("tau", row),
          tauPosition: table.number("tau_position", row), granularity: table.text("granularity", row),
          turns: table.integer("turns", row) ?? 0, cappedShare: table.number("capped_share", row),
          before: table.number("drift_before", row), after: table.number("drift_after", row),
          reduction: table.estimated("drift_reduction", row),
          benign: table.estimated("benign_share", row, low: "benign_low", high: "benign_high"),
          defaultShare: table.known("default_share", row), isRecommended: table.text("recommended", row) == "true")
      }
      let byKind = Dictionary(grouping: all, by: \.granularity)
      let most = byKind.values.max { ($0.first?.turns ?? 0) < ($1.first?.turns ?? 0) } ?? []
      // The recommended one is shown, whatever it was reckoned of.
      data.caps[layer] = byKind.values.first { $0.contains(where: \.isRecommended) } ?? most
    }
  }

  /// `recommendation.csv`: both halves of the conversations that a cap was chosen on and tested on.
  mutating func readCapHalves() throws {
    guard
      let table = try input.table(
        "recommendation.csv",
        numbers: [
          "conversations", "layer", "percentile", "tau", "tau_position", "benign_share", "benign_low", "benign_high",
          "default_share", "max_benign",
        ] + withEnds("drift_reduction"), texts: ["half", "recommended"])
    else { return }
    data.capHalves = (0..<table.count).map { row in
      .init(
        isTesting: table.text("half", row) == "testing", conversations: table.integer("conversations", row) ?? 0,
        layer: table.integer("layer", row) ?? 0, percentile: table.number("percentile", row),
        tau: table.number("tau", row), tauPosition: table.number("tau_position", row),
        reduction: table.estimated("drift_reduction", row),
        benign: table.estimated("benign_share", row, low: "benign_low", high: "benign_high"),
        defaultShare: table.known("default_share", row), budget: table.number("max_benign", row),
        isRecommended: table.text("recommended", row) == "true")
    }
  }

  /// `adherence.csv` at the layer that is shown: the personas that the most answers tell apart come first.
  mutating func readAnswers() throws {
    guard
      let table = try input.table("adherence.csv", numbers: ["layer", "position", "at_home"], texts: ["persona"])
    else { return }
    let byLayer = table.rowsByLayer()
    let wanted = data.scan.first(where: \.isRecommended)?.layer ?? options["layer"].flatMap { Int($0) }
    guard let layer = wanted.flatMap({ byLayer[$0] == nil ? nil : $0 }) ?? byLayer.keys.min() else { return }
    var answers: [String: [ReportData.Answer]] = [:]
    var names: [String] = []
    for row in byLayer[layer] ?? [] {
      let name = table.text("persona", row)
      if answers[name] == nil { names.append(name) }
      // More points of a row lie on one another.
      if answers[name, default: []].count < 200 {
        answers[name, default: []].append(
          .init(position: table.number("position", row), home: table.number("at_home", row)))
      }
    }
    func mixed(_ name: String) -> Double {
      let home = (answers[name] ?? []).map(\.home).filter(\.isFinite)
      let share = home.isEmpty ? 0 : home.reduce(0, +) / Double(home.count)
      return min(share, 1 - share)
    }
    data.answers = names.sorted { (mixed($0), $1) > (mixed($1), $0) }.map { ($0, answers[$0] ?? []) }
  }
}

/// Two states as a row of `tether.csv` has them.
struct RecordedChain {
  struct Place: Hashable {
    let key: ReportData.GroupKey
    let layer: Int
  }

  let leave, comeBack, startHome: Double
  let home, away: (mean: Double, deviation: Double)

  /// That of `row`; nil unless two states are named there and all of their numbers are known.
  init?(_ table: ReportTable, _ row: Int) {
    guard table.text("model", row) == "two_states", let leave = table.known("leave", row),
      let comeBack = table.known("come_back", row), let start = table.known("start_home", row),
      let homeMean = table.known("home_mean", row), let homeDeviation = table.known("home_sd", row),
      let awayMean = table.known("away_mean", row), let awayDeviation = table.known("away_sd", row),
      homeDeviation > 0, awayDeviation > 0, [leave, comeBack, start].allSatisfy({ (0...1).contains($0) })
    else { return nil }
    (self.leave, self.comeBack, startHome) = (leave, comeBack, start)
    (home, away) = ((homeMean, homeDeviation), (awayMean, awayDeviation))
  }
}
