/// What tells one conversation from another.
package struct ConversationKey: Sendable, Hashable {
  package let conversation: String
  package let domain: String
  package let condition: String
  /// The persona that the model was asked to be; empty where it was asked for none.
  package let persona: String
  package let sample: String
  /// Whether the space has a role of the persona's name; so too without a persona.
  package let isPersonaKnown: Bool

  package init(
    conversation: String, domain: String, condition: String, persona: String, sample: String, isPersonaKnown: Bool
  ) {
    (self.conversation, self.domain, self.condition) = (conversation, domain, condition)
    (self.persona, self.sample, self.isPersonaKnown) = (persona, sample, isPersonaKnown)
  }

  /// That of the conversation `source`.
  package init(_ source: TurnSource) {
    self.init(
      conversation: source.name, domain: source.domain, condition: source.condition, persona: source.persona,
      sample: source.sample, isPersonaKnown: source.isPersonaKnown)
  }
}

extension ConversationKey {
  /// Whether it comes before `other` by its names, code point by code point: an order that does not depend on that of a table's rows.
  package func precedes(_ other: ConversationKey) -> Bool {
    func names(_ key: ConversationKey) -> [[Unicode.Scalar]] {
      [key.domain, key.conversation, key.condition, key.persona, key.sample].map { Array($0.unicodeScalars) }
    }
    let (own, others) = (names(self), names(other))
    for (a, b) in zip(own, others) where a != b { return a.lexicographicallyPrecedes(b) }
    return false
  }
}

/// Who speaks in a turn.
package enum Speaker: String, Sendable {
  case assistant, user
}
