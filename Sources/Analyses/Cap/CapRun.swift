public import Dumps
public import Files
internal import PersonaSpace
internal import Statistics

/// Simulates capping, one layer at a time, and writes `cap_turns.csv` and `caps.csv`.
public struct CapRun: Sendable {
  /// The files it writes.
  public static let outputs = [
    "cap_turns.csv", "caps.csv", "calibration.csv", "windows.csv", "ranges.csv", "recommendation.csv",
  ]

  let space: Space
  let paths: [String]
  let thresholds: CapThresholds
  let benign: Set<String>
  let budget: Double
  let options: TurnOptions
  let log: RunLog
  /// The layer that is to be shown, which must be among those that are capped; nil for any.
  let shownLayer: Int?
  /// The file of the space, beside which `layers.csv` has what was found of its axes; nil where that is not known.
  let spacePath: String?

  /// Capping of the turns at `paths` at `thresholds`; `benign` names domains that should not be touched, of which a
  /// recommended cap touches `budget`, in 0…1, at most.
  public init(
    _ space: Space, _ paths: [String], thresholds: CapThresholds, benign: [String] = [],
    budget: Double = Self.usualBudget,
    options: TurnOptions, showing shownLayer: Int? = nil, spaceAt spacePath: String? = nil, log: RunLog = .silent
  ) {
    (self.spacePath, self.shownLayer) = (spacePath, shownLayer)
    (self.space, self.paths, self.thresholds, self.benign) = (space, paths, thresholds, Set(benign))
    (self.budget, self.options, self.log) = (budget, options, log)
  }

  /// The share of what is benign that a recommended cap may touch, where none is given.
  public static let usualBudget = 0.05

  /// Simulates and writes to `output`, which the caller commits. What can be refused without reading an activation is refused
  /// before.
  ///
  /// - Throws: `FileError` for what is wrong with the input.
  public func run(into output: OutputFolder) async throws -> CapResult {
    let reversed = zip(space.layers, space.axes).filter { $0.1.norm < 0 }.map(\.0)
    if !reversed.isEmpty {
      throw FileError(
        path: paths.first ?? "", place: "SPACE", fault: CapFault.reversedAxis(reversed, of: space.layers.count))
    }
    if space.axes.contains(where: { !$0.isAnchored }) {
      log.note(
        "nothing beside the axis says that it points toward the Assistant: a floor along one that points away pushes away"
      )
    }
    if space.isRescaled { throw FileError(path: paths.first ?? "", fault: CapFault.scaledSpace) }
    let configured = try configuredCaps()
    let calibration = try calibrationPlan()
    let plan = try plan(configured)
    if let note = spacePath.flatMap({ AxisVerdicts.note(spaceAt: $0, layers: plan.layers) }) { log.note(note) }
    if let shownLayer, !plan.layers.contains(shownLayer) {
      throw FileError(path: paths.first ?? "", fault: LayerFault.noSuchLayer(shownLayer, present: plan.layers))
    }
    try checkDomains(plan)
    try checkCalibration(calibration, plan)
    let assistant =
      try configured.map { try $0.assistant(space, paths, options, log: log) }
      ?? AssistantProjections(space, paths, options, log: log)
    let calibrated = try await projections(calibration, assistant)
    let read = try await conversations(
      configured?.sweep(space) ?? sweep(calibrated), plan, ranges(plan, configured), along: configured)
    for note in plan.sources.notes { log.note(note) }
    if let far = read.farTurns { log.note(far.words) }
    let sweep = CapSweep(read, benign: benign, assistant: plan.wanted.map { assistant.byLayer[$0] })
    var result = try await sweep.result(
      budget: budget, calibration: calibrationWords(assistant), configuration: configurationWords, options)
    for note in result.extremes { log.note(note) }
    // Along other directions than the axis, what the axis tells apart is another question.
    if configured == nil {
      result.windows = try CapGranularity.allCases.compactMap { try CapWindow(read, $0, benign: benign, options) }
      result.windowShares = sweep.windowShares(result)
    }
    try await CapTables.writeTurns(read, to: output, threads: options.threads)
    try output.write(CapTables.caps(result.caps), to: Self.outputs[1])
    if let calibrated {
      try output.write(CapTables.calibration(points(calibrated, plan, assistant)), to: Self.outputs[2])
    }
    if let table = RecommendationTable.table(result) { try output.write(table, to: Self.outputs[5]) }
    if !result.windows.isEmpty { try output.write(CapWindowTable.table(result.windows), to: Self.outputs[3]) }
    if !result.ranges.isEmpty { try output.write(CapRangeTable.table(result.ranges), to: Self.outputs[4]) }
    return result
  }

  /// The turns that percentiles are taken of; nil if they are not of turns.
  func calibrationPlan() throws -> TurnPlan? {
    guard case .percentiles(_, of: .turns(let path)) = thresholds else { return nil }
    var plain = options
    (plain.transcripts, plain.conversation) = (nil, nil)
    return try TurnPlan(space, [path], options: plain, log: log)
  }

  private func checkDomains(_ plan: TurnPlan) throws {
    let domains = Set(plan.sources.conversations.map(\.domain))
    if let unknown = benign.sorted().first(where: { !domains.contains($0) }) {
      throw FileError(
        path: paths[0], fault: CapFault.noSuchDomain(unknown, present: domains.filter { !$0.isEmpty }.sorted()))
    }
  }

  /// Throws if a layer of the turns would have no threshold.
  private func checkCalibration(_ calibration: TurnPlan?, _ plan: TurnPlan) throws {
    guard let calibration else { return }
    let missing = plan.layers.filter { !calibration.layers.contains($0) }
    if !missing.isEmpty { throw FileError(path: calibration.path, fault: CapFault.notCalibrated(missing)) }
  }

  /// The thresholds of each layer of the space; none for a layer that a calibration does not have.
  func sweep(_ projections: [[Double]]?) -> [[CapThreshold]] {
    switch thresholds {
    case .values(let values):
      return space.layers.map { _ in values.map { CapThreshold(percentile: nil, tau: $0) } }
    case .offsets(let alphas): return space.layers.map { _ in alphas.map { CapThreshold(.offset($0)) } }
    case .removal: return space.layers.map { _ in [CapThreshold(.removal)] }
    case .configuration: return []
    case .percentiles(let percentiles, _):
      return (projections ?? []).map { projections in
        let sorted = projections.sorted()
        return sorted.isEmpty
          ? [] : percentiles.map { CapThreshold(percentile: $0, tau: quantile(sorted: sorted, $0 / 100)) }
      }
    }
  }

  /// What percentiles are taken of, in words; nil for given thresholds.
  func calibrationWords(_ assistant: AssistantProjections) -> String? {
    guard case .percentiles(_, let source) = thresholds else { return nil }
    return switch source {
    case .roles: "the roles"
    case .assistant: assistant.isKnown ? "the default's responses" : "the default's vector"
    case .turns(let path): "the turns in \(path)"
    }
  }

  /// Percentiles of what thresholds are taken of, for a table of them.
  private func points(
    _ projections: [[Double]], _ plan: TurnPlan, _ assistant: AssistantProjections
  ) -> [CapResult.CalibrationPoint] {
    let words = calibrationWords(assistant) ?? ""
    return zip(plan.wanted, plan.layers).flatMap { index, layer -> [CapResult.CalibrationPoint] in
      let own = projections[index].sorted()
      if own.isEmpty { return [] }
      return Self.listedPercentiles.map { percentile in
        let projection = quantile(sorted: own, percentile / 100)
        return CapResult.CalibrationPoint(
          layer: layer, source: words, count: own.count, percentile: percentile, projection: projection,
          position: space.axes[index].position(ofProjection: projection))
      }
    }
  }

  /// The percentiles that the distribution is saved at.
  static let listedPercentiles: [Double] =
    [0, 1, 2.5, 5, 10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 95, 97.5, 99, 100]

  /// The projections that percentiles are taken of, layer by layer of the space; nil for given thresholds.
  func projections(_ calibration: TurnPlan?, _ assistant: AssistantProjections) async throws -> [[Double]]? {
    guard case .percentiles(_, let source) = thresholds else { return nil }
    switch source {
    case .roles:
      if space.roleNames.isEmpty { throw FileError(path: paths.first ?? "", fault: CapFault.noRoles) }
      return try space.roleProjections()
    case .assistant:
      if !space.axes.allSatisfy(\.isAnchored) { throw FileError(path: paths.first ?? "", fault: CapFault.noRoles) }
      if assistant.isKnown { return assistant.byLayer }
      log.note(
        "no responses of the default in activations/ beside the turns: its vector in the space is one projection, and every percentile of it the same"
      )
      return space.axes.map { [$0.projection(of: $0.assistant[...])] }
    case .turns:
      guard let calibration else { preconditionFailure("a calibration by turns without a plan of them") }
      let pass = try await TurnPass(calibration, .init(name: "calibrate", tokens: .places), log: log) {
        $0.turn.tokens?.projections ?? []
      }
      var projections = space.layers.map { _ in [Double]() }
      for voice in pass.voices {
        for (index, turns) in zip(calibration.wanted, voice.reduced) { projections[index] += turns.joined() }
      }
      return projections
    }
  }
}
