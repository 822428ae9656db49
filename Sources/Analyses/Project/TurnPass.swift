internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace

/// One pass over conversations: every turn is measured in every wanted layer, and reduced as soon as it is read.
///
/// What `project` writes and what `cap` works on come from here, so that a turn has one position.
struct TurnPass<Reduced: Sendable>: Sendable {
  /// What is read.
  struct Reading: Sendable {
    /// What the work is called while it goes on.
    let name: String
    /// Whether users' turns are read as well.
    var includesUsers = false
    /// What is wanted of each token.
    var tokens = TurnReader.TokenUse.nothing
    /// What tokens are read along in place of the axis, by the index of the layer in the space.
    var tokensAlong: [Int: AssistantAxis] = [:]
  }

  /// A turn in one layer, as it is reduced.
  struct Measured {
    let key: ConversationKey
    let speaker: Speaker
    /// Its number among those of its speaker, and how many these are.
    let number, count: Int
    /// The layer of the space, by its index and its number.
    let layerIndex, layer: Int
    let turn: TurnReader.Turn
  }

  /// Turns of one speaker of a conversation, as they are read together.
  struct Share {
    let key: ConversationKey
    let speaker: Speaker
    /// The number of each turn among those of its speaker, and how many these are.
    let numbers: [Int]
    let count: Int
    /// Whether only the means of turns were dumped.
    let areMeans: Bool
    /// The turns, by turn, then by layer of the plan; nil for one that is left out.
    let turns: [[TurnReader.Turn?]]
  }

  /// One speaker of a conversation.
  struct Voice: Sendable {
    /// The place of the conversation among the sources.
    let source: Int
    let speaker: Speaker
    /// The file that its turns are in.
    let path: String
    let turns: Int
    /// Whether only the means of turns were dumped.
    let areMeans: Bool
    /// What a user should know of how the axes of the file's tensor are taken.
    let note: String?
    /// What the turns were reduced to, layer by layer, without those left out.
    var reduced: [[Reduced]]
    /// The numbers of the turns left out, layer by layer.
    var skipped: [[Int]]
  }

  let plan: TurnPlan
  /// In the order of the sources: of each the Assistant, then the user.
  let voices: [Voice]

  /// The Assistant's turns.
  var spoken: [Voice] { voices.filter { $0.speaker == .assistant } }
  /// The users' turns, where they are known.
  var heard: [Voice] { voices.filter { $0.speaker == .user && $0.turns > 0 } }

  /// Reads the turns of `plan`, and reduces each by itself.
  ///
  /// - Throws: `FileError` if a file cannot be read or is not such as is wanted, or no turn of the Assistant is left.
  init(
    _ plan: TurnPlan, _ reading: Reading, log: RunLog, reduce: @escaping @Sendable (Measured) -> Reduced
  ) async throws {
    try await self.init(sharesOf: plan, reading, log: log) { share in
      plan.layers.enumerated().map { place, layer in
        zip(share.numbers, share.turns).compactMap { number, turn in
          turn[place].map {
            reduce(
              Measured(
                key: share.key, speaker: share.speaker, number: number, count: share.count,
                layerIndex: plan.wanted[place], layer: layer, turn: $0))
          }
        }
      }
    }
  }

  /// Reads the turns of `plan`, and reduces those that are read together, layer by layer of the plan.
  ///
  /// - Throws: `FileError` if a file cannot be read or is not such as is wanted, or no turn of the Assistant is left.
  init(
    sharesOf plan: TurnPlan, _ reading: Reading, log: RunLog, reduce: @escaping @Sendable (Share) -> [[Reduced]]
  ) async throws {
    self.plan = plan
    let shares = try plan.sources.conversations.enumerated().flatMap {
      try TurnShare.shares($0, $1, plan, includesUsers: reading.includesUsers)
    }
    let (done, pool) = (Counter(), TurnSums.Pool())
    let found = try await concurrentMap(shares, threads: plan.options.threads) { share in
      defer { log.progress(reading.name, done.next(), shares.count) }
      return try Self.read(share, plan, reading, pool, reduce)
    }
    voices = grouped(found) { ["\($0.source)", $0.speaker.rawValue] }.map(Self.joined)
    for voice in voices { TurnPlan.note(skipped: Array(zip(plan.layers, voice.skipped)), of: voice.path, log) }
    plan.note(spoken.map(\.note), log)
    let ofUsers = FileNotes()
    for voice in heard { if let note = voice.note { ofUsers.add(note, of: voice.path) } }
    for note in ofUsers.notes { log.note(note) }
    guard spoken.contains(where: { voice in voice.skipped.contains { $0.count < voice.turns } }) else {
      throw FileError(path: plan.path, fault: DumpFault.noFiniteTurns)
    }
  }

  /// The parts of one voice, one after the other.
  private static func joined(_ parts: [Voice]) -> Voice {
    var voice = parts[0]
    for part in parts.dropFirst() {
      for layer in voice.reduced.indices {
        voice.reduced[layer] += part.reduced[layer]
        voice.skipped[layer] += part.skipped[layer]
      }
    }
    return Voice(
      source: voice.source, speaker: voice.speaker, path: voice.path, turns: parts.reduce(0) { $0 + $1.turns },
      areMeans: voice.areMeans, note: voice.note, reduced: voice.reduced, skipped: voice.skipped)
  }

  /// The bytes that the sums of all tasks may take.
  private static var sumBytes: Int { 48 << 20 }

  private static func read(
    _ share: TurnShare, _ plan: TurnPlan, _ reading: Reading, _ pool: TurnSums.Pool,
    _ reduce: (Share) -> [[Reduced]]
  ) throws -> Voice {
    guard let reader = try share.reader(plan) else {
      let none = plan.layers.map { _ in [Int]() }
      return Voice(
        source: share.number, speaker: share.speaker, path: "", turns: 0, areMeans: true, note: nil,
        reduced: none.map { _ in [] }, skipped: none)
    }
    let turns = share.turns ?? 0..<reader.turnCount
    let measured = try reader.measured(
      turns, inLayers: plan.wanted, reading.tokens, tokensAlong: reading.tokensAlong,
      skippingNonFinite: plan.options.skipsNonFinite, memory: sumBytes / max(1, plan.options.threads), pool: pool)
    let reduced = reduce(
      Share(
        key: ConversationKey(share.source), speaker: share.speaker, numbers: turns.map { reader.turnNumbers[$0] },
        count: (reader.turnNumbers.max() ?? -1) + 1, areMeans: !reader.hasTokens, turns: measured))
    let skipped = plan.layers.indices.map { place in
      zip(turns, measured).compactMap { turn, measured in measured[place] == nil ? reader.turnNumbers[turn] : nil }
    }
    return Voice(
      source: share.number, speaker: share.speaker, path: reader.path, turns: turns.count,
      areMeans: !reader.hasTokens, note: reader.note, reduced: reduced, skipped: skipped)
  }
}
