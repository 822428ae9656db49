/// What tells one conversation from another.
package struct ConversationKey: Sendable, Hashable {
  package let conversation: String
  package let domain: String
  package let condition: String
  package let sample: String

  package init(conversation: String, domain: String, condition: String, sample: String) {
    (self.conversation, self.domain, self.condition, self.sample) = (conversation, domain, condition, sample)
  }

  /// That of the conversation `source`.
  package init(_ source: TurnSource) {
    self.init(
      conversation: source.name, domain: source.domain, condition: source.condition, sample: source.sample)
  }
}

/// Who speaks in a turn.
package enum Speaker: String, Sendable {
  case assistant, user
}
