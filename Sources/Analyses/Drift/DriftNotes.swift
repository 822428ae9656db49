internal import Dumps
internal import Files
internal import PersonaSpace

/// What a user should know of the conversations whose drift is measured.
enum DriftNotes {
  /// All there is to say of `conversations`.
  static func notes(_ conversations: [DriftResult.Conversation]) -> [String] {
    [missingEnds(conversations), messageNumbers(conversations), singleTurns(conversations), copies(conversations)]
      .compactMap(\.self)
  }

  /// Of conversations whose first or last turn is missing; nil if there are none.
  private static func missingEnds(_ conversations: [DriftResult.Conversation]) -> String? {
    let open = conversations.filter { $0.drift.change.isNaN }
    guard !open.isEmpty else { return nil }
    let names = Set(open.map(\.key)), all = Set(conversations.map(\.key))
    return
      "the first or last turn of \(names.count) of \(counted(all.count, "conversation")) is missing (left out, or without an axis_position; turns count from 0) "
      + "in some layers: start or end, and change, are empty there, and means of start, end and change are without these"
  }

  /// Of turns of which none follows another, as where they have the numbers of messages; nil if some do.
  private static func messageNumbers(_ conversations: [DriftResult.Conversation]) -> String? {
    let several = conversations.filter { $0.track.turns.count > 1 }
    guard let first = several.first, several.allSatisfy({ $0.drift.steps == 0 }) else { return nil }
    let turns = first.track.turns.prefix(3).map { "\($0)" }.joined(separator: ", ")
    return
      "no turn follows another in any conversation (turns \(turns) of '\(first.key.conversation)'): slopes are per number, and steps are missing; are these numbers of messages? Number the turns of each speaker 0, 1, 2"
  }

  /// Of conversations of one turn among others; nil if there are none.
  private static func singleTurns(_ conversations: [DriftResult.Conversation]) -> String? {
    let single = Set(conversations.filter { $0.track.count == 1 }.map(\.key)), all = Set(conversations.map(\.key))
    guard !single.isEmpty, single.count < all.count else { return nil }
    return
      "\(single.count) of \(counted(all.count, "conversation")) \(single.count == 1 ? "has" : "have") one turn: change is 0 there, and means of change and of the largest fall hold that; a mean without these takes conversations.csv, where turns is above 1"
  }

  /// Of conversations with the very positions of another one; nil if there are none. Regenerations may be alike, as those at temperature 0
  /// are, and the same conversation under two conditions where one of them does nothing.
  private static func copies(_ conversations: [DriftResult.Conversation]) -> String? {
    struct Content: Hashable {
      let condition, persona: String
      let layer: Int
      let turns: [Int]
      let positions: [Double]
    }
    var (first, copies): ([Content: ConversationKey], [ConversationKey: ConversationKey]) = ([:], [:])
    // Of one position two conversations may be alike by chance, as those that begin with the same words.
    for conversation in conversations where Set(conversation.track.positions).count > 1 {
      let (key, track) = (conversation.key, conversation.track)
      let content = Content(
        condition: key.condition, persona: key.persona, layer: conversation.layer, turns: track.turns,
        positions: track.positions)
      guard let other = first[content] else {
        first[content] = key
        continue
      }
      if (other.conversation, other.domain) != (key.conversation, key.domain) { copies[key] = other }
    }
    guard !copies.isEmpty else { return nil }
    let named = copies.sorted { $0.key.precedes($1.key) }.map { copy, first in
      let isSame = copy.conversation == first.conversation
      func name(_ key: ConversationKey) -> String {
        "'\(key.conversation)'" + (isSame ? " in '\(key.domain)'" : "")
      }
      return "\(name(copy)) of \(name(first))"
    }
    return
      "\(counted(copies.count, "conversation")) \(copies.count == 1 ? "is a copy" : "are copies") of others, with the same positions in every turn: \(named.prefix(5).joined(separator: ", "))\(named.count > 5 ? ", …" : ""). Each counts as one more that is independent, and intervals are too narrow: leave copies out, or give them the name of the first and a sample of their own"
  }
}
