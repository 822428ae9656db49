internal import Dumps
public import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics

/// Plans a study by a pilot: how many conversations, questions and roles it takes.
public struct PlanRun: Sendable {
  /// The file it writes.
  public static let outputs = ["plan.csv"]

  let path: String
  let options: PlanOptions
  let log: RunLog

  /// A plan by the pilot at `path`: a `turns.csv`, or a dump folder.
  public init(_ path: String, options: PlanOptions, log: RunLog = .silent) {
    self.path = fileKind(path) == .folder ? Paths.trimmed(dumpRoot(of: path)) : path
    (self.options, self.log) = (options, log)
  }

  /// Plans, and writes to `output` if there is one, which the caller commits.
  ///
  /// - Throws: `FileError` for what is wrong with the pilot.
  public func run(into output: OutputFolder? = nil) async throws -> PlanResult {
    let result = fileKind(path) == .folder ? try await planByDump() : try planByTable()
    try output?.write(PlanTable.table(result), to: Self.outputs[0])
    return result
  }

  private func planByTable() throws -> PlanResult {
    let tracks = try TurnTable.tracks(readingFrom: path, of: [.assistant])[0]
    let layers = Set(tracks.map(\.layer)).sorted()
    if let wanted = options.layer, !layers.contains(wanted) {
      throw FileError(path: path, fault: PlanFault.noLayer(wanted, present: layers, path: path))
    }
    let layer = options.layer ?? layers[layers.count / 2]
    let planned = try located(path) {
      try PlannedConversations(tracks.filter { $0.layer == layer }, goals: options.goals, layer: layer)
    }
    return PlanResult(
      layer: layer, isMiddle: options.layer == nil && layers.count > 1, goals: options.goals, rows: planned.rows,
      notes: [])
  }

  private func planByDump() async throws -> PlanResult {
    func has(_ folder: String) throws -> Bool {
      try fileKind("\(path)/\(folder)") == .folder && !dumpFiles(in: "\(path)/\(folder)").isEmpty
    }
    let (hasTurns, hasResponses) = (try has("turns"), try has("activations"))
    guard hasTurns || hasResponses else {
      throw FileError(path: path, fault: PlanFault.nothing(found: try folderContents(path), path: path))
    }
    guard try hasResponses || hasVectors() else { throw FileError(path: path, fault: PlanFault.noSpace(path: path)) }
    let pilot = try await PilotSpace(path, options: options, log: log, hasResponses: hasResponses)
    var (rows, notes) = ([PlanResult.Row](), [String]())
    if let verdict = pilot.fit.assistant?.verdict, verdict.outcome == .absent {
      let cosine = (100 * verdict.evidence.cosine).rounded() / 100
      notes.append(
        "no Assistant axis is shown at layer \(pilot.layer) (cos(axis, PC1) \(cosine)): its length, the unit of all these numbers, may be error; see persona fit, or take another --layer"
      )
    }
    if hasTurns {
      do {
        rows += try PlannedConversations(try await tracks(in: pilot), goals: options.goals, layer: pilot.layer).rows
      } catch let fault as PlanFault {
        // What roles say does not depend on the conversations.
        guard hasResponses else { throw FileError(path: "\(path)/turns", fault: fault) }
        notes.append("no number of conversations: \(fault.explanation)")
      }
    }
    if let answers = pilot.answers {
      let planned = PlannedRoles(
        try RolePilot(answers.roles, assistant: answers.assistant), goals: options.goals,
        assistant: options.assistantName)
      rows += planned.rows
      notes += planned.notes
    }
    rows += try await cosine(pilot)
    return PlanResult(
      layer: pilot.layer, isMiddle: pilot.isMiddle, goals: options.goals, rows: rows, notes: notes + pilot.notes)
  }

  /// Whether the dump has vectors of roles and of the default.
  private func hasVectors() throws -> Bool {
    guard let folder = vectorsFolder(ofDump: path) else { return false }
    return try dumpFiles(in: folder).count > 1
  }

  /// The turns of the dump in the layer of `pilot`.
  private func tracks(in pilot: PilotSpace) async throws -> [TurnTable.Track] {
    var turns = TurnOptions()
    (turns.settings, turns.rowLayers) = (options.settings, options.rowLayers)
    let plan = try TurnPlan(pilot.space, [path], options: turns, log: log)
    let pass = try await TurnPass(plan, .init(name: "plan"), log: log) {
      TurnRecord(
        key: $0.key, turn: $0.number, turnCount: $0.count, layer: $0.layer, tokens: nil, reading: $0.turn.reading)
    }
    return TurnTable.tracks(pass.voices.flatMap { $0.reduced.flatMap { $0 } })
  }

  /// The roles that an interval of cos(axis, PC1) takes, by bootstrap samples of the pilot's; none without a wanted half-width.
  private func cosine(_ pilot: PilotSpace) async throws -> [PlanResult.Row] {
    guard let wanted = options.interval else { return [] }
    let (space, roles) = (pilot.fit, pilot.roles)
    func row(_ number: PlannedNumber?, _ note: String) -> PlanResult.Row {
      PlanResult.Row(
        subject: .cosine, name: .init(domain: "", condition: "", persona: ""), other: nil, isPaired: false,
        pilot: roles.rows, samples: nil, deviation: nil, between: nil, within: nil, prompts: nil,
        goal: .interval(halfWidth: wanted), number: number,
        note: note)
    }
    let resampling = try LayerResampling(
      of: space, roles: roles, replicates: options.replicates, seed: options.seed, layer: pilot.layer)
    let chunks = resampling.chunks.filter { if case .samples = $0 { true } else { false } }
    let values = try await concurrentMap(chunks, threads: options.threads) { try resampling.values(of: $0) }
    let replicates = values.flatMap { if case .replicates(let some) = $0 { some } else { [AxisReplicate]() } }
    let cosine = space.assistant?.componentCosines[0] ?? .nan
    let isEnough = roles.rows >= LayerUncertainty.leastRoles && replicates.count >= Interval.leastReplicates
    let freedom = isEnough ? try PilotSpread(of: space, roles: roles, seed: options.seed).freedom : .nan
    guard let planned = PlannedCosine(replicates, cosine: cosine, roles: roles.rows, freedom: freedom) else {
      return [
        row(nil, "\(roles.rows) roles and \(options.replicates) bootstrap samples: 5 and 40 are wanted for an interval")
      ]
    }
    let number = planned.number(halfWidth: wanted)
    let found = (planned.halfWidth(of: roles.rows) * 1000).rounded() / 1000
    return [
      row(
        number,
        (number == nil ? "more than \(PlannedCosine.most); " : "")
          + "extrapolated from \(roles.rows) roles, whose interval reaches \(found) to either side"
      )
    ]
  }
}
