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

/// Who speaks in a turn.
package enum Speaker: String, Sendable {
  case assistant, user
}
