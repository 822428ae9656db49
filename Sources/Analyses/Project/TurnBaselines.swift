internal import Dumps
internal import Files
internal import PersonaSpace
internal import Statistics

/// Where the default's own answers to the opening messages of conversations lie, without history: `baseline/` of a dump.
///
/// Regenerations of one conversation open with the same message, and have the mean of their baselines. A baseline of one turn is that of all turns of its
/// conversation; one of several has the answer to each of the user's messages by itself, and is taken turn by turn.
struct TurnBaselines: Sendable {
  private struct Name: Hashable {
    let domain, conversation, condition, persona: String
    let layer: Int
  }

  /// The mean position of each turn of the baseline.
  private var positions: [Name: [Int: Double]] = [:]
  /// The files read.
  private(set) var paths: [String] = []
  /// Baselines of no conversation.
  private var strays: [String] = []

  private var isEmpty: Bool { positions.isEmpty }

  /// Those beside the turns of `plan`; none where the dump has no `baseline/`.
  ///
  /// - Throws: `FileError` if a file cannot be read or is not such as is wanted.
  init(_ plan: TurnPlan, log: RunLog) async throws {
    var keys: [String: ConversationKey] = [:]
    var roots: [String] = []
    for source in plan.sources.conversations where !source.isVectorPerFile {
      let folder = Paths.parent(of: source.paths[0])
      guard resolvedName(folder) == "turns" else { continue }
      let root = Paths.parent(of: folder)
      if !roots.contains(root) { roots.append(root) }
      let key = ConversationKey(source)
      let stem = tensorStem(Paths.lastComponent(of: source.paths[0])) ?? ""
      for name in [key.conversation, stem] { keys["\(root)/\(name)"] = key }
    }
    var found: [Name: [Int: [Double]]] = [:]
    for root in roots {
      let folder = "\(root)/baseline"
      guard try fileKind(folder) == .folder && !dumpFiles(in: folder).isEmpty else { continue }
      let own = try TurnPlan(plan.space, [folder], options: plan.options, log: .silent)
      let pass = try await TurnPass(own, .init(name: "baseline"), log: log) {
        (layer: $0.layer, turn: $0.number, position: $0.turn.reading.position)
      }
      paths += own.sources.conversations.flatMap(\.paths)
      for voice in pass.spoken {
        let name = own.sources.conversations[voice.source].name
        guard let key = keys["\(root)/\(name)"] else {
          strays.append(name)
          continue
        }
        for turn in voice.reduced.joined() {
          found[Self.name(key, turn.layer), default: [:]][turn.turn, default: []].append(turn.position)
        }
      }
    }
    positions = found.mapValues { $0.mapValues { mean(of: $0) } }
  }

  private static func name(_ key: ConversationKey, _ layer: Int) -> Name {
    Name(
      domain: key.domain, conversation: key.conversation, condition: key.condition, persona: key.persona, layer: layer)
  }

  /// The baseline of turn `turn` of the conversation `key` in `layer`; nil if there is none.
  func position(of key: ConversationKey, layer: Int, turn: Int) -> Double? {
    guard let turns = positions[Self.name(key, layer)] else { return nil }
    return turns.count == 1 ? turns[0] : turns[turn]
  }

  /// What a user should know of baselines and conversations that lack the other.
  func notes(on records: [TurnRecord]) -> [String] {
    var notes: [String] = []
    if !strays.isEmpty { notes.append("baseline/ has \(listed(strays)), of which there are no turns") }
    let without = isEmpty ? [] : records.filter { $0.speaker == .assistant && $0.baseline == nil }
    let names = Set(without.map(\.key.conversation)).sorted()
    if !names.isEmpty {
      notes.append(
        "baseline/ has no answer to the opening message of \(listed(names)), or not for all turns: their levels stay as they are"
      )
    }
    return notes
  }
}
