public import Dumps
public import Files
internal import PersonaSpace
internal import Statistics

/// Holds the simulation of a cap against a dump of the same transcripts that was read with the cap in the model, and writes
/// `against.csv`.
public struct AgainstRun: Sendable {
  /// The file it writes.
  public static let outputs = ["against.csv"]

  let space: Space
  let plain: [String]
  let capped: String
  let caps: CappingConfiguration
  let source: String
  let options: TurnOptions
  let log: RunLog

  /// Of the turns at `plain` and those at `capped`, of a model that was capped as `caps` says, which is of the file `source`.
  public init(
    _ space: Space, _ plain: [String], against capped: String, caps: CappingConfiguration, of source: String,
    options: TurnOptions, log: RunLog = .silent
  ) {
    (self.space, self.plain, self.capped, self.caps) = (space, plain, capped, caps)
    (self.source, self.options, self.log) = (source, options, log)
  }

  /// The cap that was in the model while the dump `path` was read, along the axes of `space`, the file at `spacePath`.
  ///
  /// - Throws: `FileError` if its manifest says nothing of one.
  public static func cap(
    recordedIn path: String, _ space: Space, at spacePath: String, log: RunLog
  ) throws -> CappingConfiguration {
    guard let record = try CapRecord.read(path) else {
      throw FileError(path: path, fault: AgainstFault.noRecord)
    }
    if let digest = record.spaceDigest, try InputDigest(of: spacePath, as: spacePath).sha256 != digest {
      log.note(
        "\(path) was capped along the axes of another space file than \(spacePath): its simulation takes the axes of this one"
      )
    }
    if let id = record.id {
      log.note(
        "\(path) was capped by '\(id)' of a file; its vectors are taken for the axes of this space: give the file with --config to be sure"
      )
    }
    return CappingConfiguration(
      experiment: record.id ?? "as in \(path)",
      interventions: try zip(record.layers, record.tau).map { layer, tau in
        guard let index = space.layers.firstIndex(of: layer) else {
          throw FileError(path: path, fault: CappingFault.noLayer(layer, present: space.layers))
        }
        return CappingConfiguration.Intervention(
          vector: "layer \(layer)", layer: layer, direction: space.axes[index].unit, length: 1, floor: tau,
          isFloor: true)
      })
  }

  /// A turn as one dump has it.
  private struct Reading: Sendable {
    let place: TurnPlace
    let position: Double
    let tokens: Int?
  }

  /// Compares and writes to `output`, which the caller commits.
  ///
  /// - Throws: `FileError` for what is wrong with the input: no common turn, or turns of other text.
  public func run(into output: OutputFolder) async throws -> AgainstResult {
    guard space.axes.allSatisfy(\.isAnchored) else { throw FileError(path: plain[0], fault: AgainstFault.noPositions) }
    if let record = try CapRecord.read(plain[0]) {
      throw FileError(path: plain[0], fault: AgainstFault.cappedItself(record.layers))
    }
    let configured = try ConfiguredCaps(caps, at: source, space, layers: .all)
    let simulated = try await simulation(configured)
    let before = try await readings(plain)
    let after = try await readings([capped])
    let pairs = try paired(before.readings, after.readings)
    let layers = before.layers.filter(Set(after.layers).contains)
    let first = caps.interventions.map(\.layer).min() ?? 0
    try checkSameText(pairs, layers.filter { $0 < first })
    let result = try AgainstResult(
      experiment: caps.experiment,
      layers: layers.map { layer in
        try self.layer(layer, pairs, simulated, layers: layers)
      }, isChecked: layers.contains { $0 < first })
    try output.write(AgainstTable.table(result.layers), to: Self.outputs[0])
    return result
  }

  /// The axis positions after simulated caps, each in its layer alone.
  private func simulation(_ configured: ConfiguredCaps) async throws -> [TurnPlace: Double] {
    let run = CapRun(
      space, plain, thresholds: .configuration(caps, at: source), options: options, log: log)
    let plan = try run.plan(configured)
    let read = try await run.conversations(configured.sweep(space), plan, .none, along: configured)
    var positions: [TurnPlace: Double] = [:]
    read.forEachRow(from: .init(), count: .max) {
      positions[TurnPlace($0.key, turn: $0.turn, layer: $0.layer)] = $0.positionAfter
    }
    return positions
  }

  private func readings(_ paths: [String]) async throws -> (readings: [Reading], layers: [Int]) {
    let plan = try TurnPlan(space, paths, options: options, log: log)
    let pass = try await TurnPass(plan, .init(name: "read"), log: log) { measured in
      Reading(
        place: TurnPlace(measured.key, turn: measured.number, layer: measured.layer),
        position: measured.turn.reading.position, tokens: measured.turn.tokenCount)
    }
    return (pass.spoken.flatMap { $0.reduced.flatMap(\.self) }, plan.layers)
  }

  /// A turn in a layer, without the cap and with it.
  private struct Pair {
    let place: TurnPlace
    let before, after: Double
  }

  /// The turns that both have.
  private func paired(_ before: [Reading], _ after: [Reading]) throws -> [Pair] {
    let others = Dictionary(after.map { ($0.place, $0) }) { first, _ in first }
    guard others.count == after.count, Set(before.map(\.place)).count == before.count else {
      throw FileError(path: capped, fault: AgainstFault.severalConditions)
    }
    let pairs = try before.compactMap { own -> Pair? in
      guard let other = others[own.place] else { return nil }
      if let a = own.tokens, let b = other.tokens, a != b {
        throw FileError(
          path: capped, place: "\(own.place.conversation), turn \(own.place.turn)",
          fault: AgainstFault.otherText(tokens: b, plain: a))
      }
      return Pair(place: own.place, before: own.position, after: other.position)
    }
    guard !pairs.isEmpty else { throw FileError(path: capped, fault: AgainstFault.nothingCommon) }
    let (own, other) = (Set(before.map(\.place.talk)), Set(after.map(\.place.talk)))
    let alone = own.symmetricDifference(other).count
    if alone > 0 { log.note("\(counted(alone, "conversation")) in one of the two dumps only: left out") }
    return pairs
  }

  /// What no cap has touched must be the same in both.
  private func checkSameText(_ pairs: [Pair], _ layers: [Int]) throws {
    for layer in layers {
      let own = pairs.filter { $0.place.layer == layer }
      let difference = own.reduce(0) { $0 + abs($1.after - $1.before) } / Double(own.count)
      if difference > AgainstFault.sameness {
        throw FileError(path: capped, fault: AgainstFault.differsBefore(layer: layer, by: difference))
      }
    }
  }

  private func layer(
    _ layer: Int, _ pairs: [Pair], _ simulated: [TurnPlace: Double], layers: [Int]
  ) throws -> AgainstResult.Layer {
    let capped = caps.interventions.map(\.layer)
    let origin = capped.filter { $0 < layer && layers.contains($0) }.max()
    let isCapped = capped.contains(layer)
    let moved = Dictionary(
      pairs.filter { $0.place.layer == origin }.map { ($0.place, $0.after - $0.before) }
    ) { first, _ in first }
    let own = pairs.filter { pair in
      pair.place.layer == layer && (origin.map { moved[pair.place.at(layer: $0)] != nil } ?? true)
        && (!isCapped || simulated[pair.place] != nil)
    }
    let talks = grouped(own) { $0.place.talk }
    let forecast = try CapForecast(
      talks.map { turns in
        CapForecast.Conversation(
          before: turns.map(\.before), simulated: turns.map { isCapped ? simulated[$0.place] ?? .nan : $0.before },
          measured: turns.map(\.after),
          origin: origin.map { origin in turns.map { moved[$0.place.at(layer: origin)] ?? .nan } })
      }, names: talks.map { [$0[0].place.conversation] }, replicates: options.replicates, seed: options.seed)
    return AgainstResult.Layer(
      layer: layer, isCapped: isCapped, origin: origin, conversations: talks.count, forecast: forecast)
  }
}

/// A turn in a layer, by what both dumps call it: a condition may tell them apart.
struct TurnPlace: Hashable, Sendable {
  let conversation, persona, sample: String
  let turn, layer: Int

  init(_ key: ConversationKey, turn: Int, layer: Int) {
    (conversation, persona, sample) = (key.conversation, key.persona, key.sample)
    (self.turn, self.layer) = (turn, layer)
  }

  private init(_ other: TurnPlace, layer: Int) {
    (conversation, persona, sample) = (other.conversation, other.persona, other.sample)
    (turn, self.layer) = (other.turn, layer)
  }

  /// The same turn in another layer.
  func at(layer: Int) -> TurnPlace { TurnPlace(self, layer: layer) }

  /// Its conversation.
  var talk: [String] { [conversation, persona, sample] }
}
