public import Dumps
public import Files
internal import PersonaSpace
internal import Statistics

/// Simulates capping, one layer at a time, and writes `cap_turns.csv` and `caps.csv`.
public struct CapRun: Sendable {
  /// The files it writes.
  public static let outputs = ["cap_turns.csv", "caps.csv"]

  let space: Space
  let paths: [String]
  let thresholds: CapThresholds
  let benign: Set<String>
  let options: TurnOptions
  let log: RunLog

  /// Capping of the turns at `paths` at `thresholds`; `benign` names domains that should not be touched.
  public init(
    _ space: Space, _ paths: [String], thresholds: CapThresholds, benign: [String] = [], options: TurnOptions,
    log: RunLog = .silent
  ) {
    (self.space, self.paths, self.thresholds, self.benign) = (space, paths, thresholds, Set(benign))
    (self.options, self.log) = (options, log)
  }

  /// Simulates and writes to `output`, which the caller commits.
  ///
  /// - Throws: `FileError` for what is wrong with the input.
  public func run(into output: OutputFolder) async throws -> CapResult {
    if space.isRescaled { throw FileError(path: paths.first ?? "", fault: CapFault.scaledSpace) }
    let sweep = try await calibrated()
    let turns = try await MeasuredTurns(space, paths, options: options, log: log, name: "cap") { conversation in
      conversation.layers.flatMap { layer in
        sweep[layer.index].flatMap { threshold in
          layer.turns.enumerated().compactMap { index, turn in
            turn.map {
              CapTables.Turn(
                key: conversation.key, turn: index, layer: layer.number, threshold: threshold, tokens: $0.tokenCount,
                capped: CappedTurn($0.tokens, ActivationCap(threshold: threshold.tau)),
                axis: space.axes[layer.index])
            }
          }
        }
      }
    }
    try checkCalibration(sweep, layers: turns.layers)
    let rows = turns.results.flatMap { $0 }
    if !benign.isEmpty {
      let domains = Set(rows.map(\.key.domain))
      if let unknown = benign.sorted().first(where: { !domains.contains($0) }) {
        throw FileError(
          path: paths[0], fault: CapFault.noSuchDomain(unknown, present: domains.filter { !$0.isEmpty }.sorted()))
      }
    }
    let byThreshold = Dictionary(grouping: rows) { Place(layer: $0.layer, threshold: $0.threshold) }
    let caps = zip(space.layers, sweep).filter { turns.layers.contains($0.0) }.flatMap { layer, thresholds in
      thresholds.map { cap(layer, $0, byThreshold[Place(layer: layer, threshold: $0)] ?? []) }
    }
    try output.write(CapTables.turns(rows), to: "cap_turns.csv")
    try output.write(CapTables.caps(caps), to: "caps.csv")
    return CapResult(caps: caps, layers: turns.layers, turnMeans: turns.meanCount)
  }

  private struct Place: Hashable {
    let layer: Int
    let threshold: CapThreshold
  }

  /// The thresholds of each layer of the space; none for a layer that a calibration does not have.
  private func calibrated() async throws -> [[CapThreshold]] {
    switch thresholds {
    case .values(let values):
      return space.layers.map { _ in values.map { CapThreshold(percentile: nil, tau: $0) } }
    case .percentiles(let percentiles, let calibration):
      return try await projections(calibration).map { projections in
        projections.isEmpty
          ? []
          : percentiles.map {
            CapThreshold(percentile: $0, tau: ActivationCap(percentile: $0, of: projections).threshold)
          }
      }
    }
  }

  /// The projections that percentiles are taken of, layer by layer of the space.
  private func projections(_ calibration: CapCalibration) async throws -> [[Double]] {
    switch calibration {
    case .roles: return try space.roleProjections()
    case .assistant:
      log.note("a space holds one vector of the default: every percentile of it is its own projection")
      return space.axes.map { [$0.projection(of: $0.assistant[...])] }
    case .turns(let path):
      var plain = options
      (plain.transcripts, plain.conversation) = (nil, nil)
      let turns = try await MeasuredTurns(space, [path], options: plain, log: log, name: "calibrate") {
        $0.layers.map { layer in (layer.index, layer.turns.compactMap(\.self).flatMap(\.tokens.projections)) }
      }
      var projections = space.layers.map { _ in [Double]() }
      for (index, values) in turns.results.joined() { projections[index] += values }
      return projections
    }
  }

  /// Throws if a layer of the turns has no threshold.
  private func checkCalibration(_ sweep: [[CapThreshold]], layers: [Int]) throws {
    let missing = zip(space.layers, sweep).filter { layers.contains($0.0) && $0.1.isEmpty }.map(\.0)
    if !missing.isEmpty, case .percentiles(_, of: .turns(let path)) = thresholds {
      throw FileError(path: path, fault: CapFault.notCalibrated(missing))
    }
  }

  private func cap(_ layer: Int, _ threshold: CapThreshold, _ rows: [CapTables.Turn]) -> CapResult.Cap {
    func mean(_ rows: [CapTables.Turn], _ value: (CappedTurn) -> Double) -> Double? {
      let mean = rows.reduce(0) { $0 + value($1.capped) } / Double(rows.count)
      return mean.isFinite ? mean : nil
    }
    let conversations = grouped(rows) { [$0.key.conversation, $0.key.condition, $0.key.sample] }
    let reduction = DriftReduction(
      conversations.map { rows in
        let turns = rows.map(\.turn)
        return (
          before: ConversationTrack(positions: rows.map(\.positionBefore), turns: turns),
          after: ConversationTrack(positions: rows.map(\.positionAfter), turns: turns)
        )
      })
    func defined(_ value: Double) -> Double? { value.isFinite ? value : nil }
    return CapResult.Cap(
      layer: layer, percentile: threshold.percentile, tau: threshold.tau, turns: rows.count,
      touched: mean(rows, \.touched), meanPullback: mean(rows, \.pullback),
      driftBefore: defined(reduction.before), driftAfter: defined(reduction.after),
      driftReduction: defined(reduction.reduction),
      benignTouched: mean(rows.filter { benign.contains($0.key.domain) }, \.touched),
      perturbation: mean(rows, \.perturbation))
  }
}

/// Why capping cannot be simulated.
public enum CapFault: FileFault, Equatable {
  /// A calibration lacks layers of the turns.
  case notCalibrated([Int])
  /// A benign domain is not among the turns'.
  case noSuchDomain(String, present: [String])
  /// The dimensions of the space are not those of activations.
  case scaledSpace

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .notCalibrated(let layers):
      "the calibration has no activations at \(layerList(layers)), which the turns have; choose others with --layers"
    case .scaledSpace:
      "the space was fitted with --scale, and capping acts on activations as they are; fit it again without --scale"
    case .noSuchDomain(let name, let present): "no turn is of the domain '\(name)'; there is \(listed(present))"
    }
  }
}
