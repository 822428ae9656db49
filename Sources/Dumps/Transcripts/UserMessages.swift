/// Who speaks in a transcript, and how much: which messages of the user come before which turn of the Assistant.
package struct UserMessages: Sendable, Decodable {
  private struct Message: Sendable, Decodable {
    let role: String
    let content: String?

    enum CodingKeys: String, CodingKey { case role, content }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      role = try values.decode(String.self, forKey: .role)
      // Content in parts is no text to measure.
      content = try? values.decode(String.self, forKey: .content)
    }
  }

  private let conversation: [Message]

  /// The places of the user's messages in the conversation.
  package var places: [Int] { conversation.indices.filter { conversation[$0].role == "user" } }

  /// Of each turn of the Assistant, the places of the user's messages since the one before.
  package var beforeTurns: [[Int]] {
    var (turns, waiting) = ([[Int]](), [Int]())
    for (place, message) in conversation.enumerated() {
      if message.role == "user" { waiting.append(place) }
      if message.role == "assistant" {
        turns.append(waiting)
        waiting = []
      }
    }
    return turns
  }

  /// The characters of the messages at `places`; nil if one is no text.
  package func length(of places: [Int]) -> Int? {
    var sum = 0
    for place in places {
      guard let content = conversation[place].content else { return nil }
      sum += content.unicodeScalars.count
    }
    return sum
  }
}
