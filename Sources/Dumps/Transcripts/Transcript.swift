internal import Files

/// What is used of a transcript file: who spoke in turn, and how much, and what the conversation belongs to.
package struct Transcript: Sendable, Decodable {
  package let domain: String?
  package let condition: String?
  /// The persona that the model was asked to be, by its role's name.
  package let persona: String?
  /// Which regeneration of one prompt it is.
  package let sample: String?
  /// The name that regenerations of one conversation share; theirs alone, as elsewhere it names no file.
  package let regenerated: String?
  private let conversation: [Message]

  private struct Message: Sendable, Decodable {
    let role: String
    let content: String?

    enum CodingKeys: String, CodingKey { case role, content, from, value }

    /// What others call the two who speak.
    private static let speakers = [
      "model": "assistant", "gpt": "assistant", "bot": "assistant", "ai": "assistant", "human": "user",
    ]

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      let isOther = values.contains(.from) && !values.contains(.role)
      let speaker = try values.decode(String.self, forKey: isOther ? .from : .role)
      let name = speaker.lowercased()
      let isUsual = ["assistant", "user", "system", "tool"].contains(name)
      role = Self.speakers[name] ?? (isUsual ? name : speaker)
      // Content in parts is no text to measure.
      content = try? values.decode(String.self, forKey: isOther ? .value : .content)
    }
  }

  /// The roles that speak in it.
  package var speakers: [String] { Set(conversation.map(\.role)).sorted() }

  /// Who spoke, and what; content that is no text is left out.
  package var spoken: [(speaker: String, text: String)] {
    conversation.map { (speaker: $0.role, text: $0.content ?? "(no text)") }
  }

  /// The number of the Assistant's messages.
  ///
  /// System messages and skipped turns shift parity, so turns are counted by role, not by place.
  package var assistantTurns: Int { conversation.count { $0.role == "assistant" } }

  /// The places of the user's messages.
  package var userMessages: [Int] { conversation.indices.filter { conversation[$0].role == "user" } }

  /// Of each turn of the Assistant, the places of the user's messages since the one before.
  package var userMessagesBeforeTurns: [[Int]] {
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

  /// The characters (Unicode scalars) of the messages at `places`; nil if one is no text.
  package func length(of places: [Int]) -> Int? {
    var sum = 0
    for place in places {
      guard let content = conversation[place].content else { return nil }
      sum += content.unicodeScalars.count
    }
    return sum
  }

  private enum CodingKeys: String, CodingKey {
    case domain, condition, persona, sample, conversation, messages, conversations
    case conversationID = "conversation_id"
  }

  package init(from decoder: any Decoder) throws {
    if var list = try? decoder.unkeyedContainer() {
      // The messages alone.
      var messages: [Message] = []
      while !list.isAtEnd { messages.append(try list.decode(Message.self)) }
      (domain, condition, persona, sample, regenerated, conversation) = (nil, nil, nil, nil, nil, messages)
      return
    }
    let values = try decoder.container(keyedBy: CodingKeys.self)
    // Labels are numbered by some, named by others.
    func label(_ key: CodingKeys) throws -> String? {
      if let number = try? values.decodeIfPresent(Int.self, forKey: key) { return number.description }
      if let number = try? values.decodeIfPresent(Double.self, forKey: key) { return number.description }
      if let flag = try? values.decodeIfPresent(Bool.self, forKey: key) { return flag.description }
      return try values.decodeIfPresent(String.self, forKey: key)
    }
    (domain, condition) = (try label(.domain), try label(.condition))
    (persona, sample) = (try label(.persona), try label(.sample))
    regenerated = sample == nil ? nil : try label(.conversationID)
    let key = [CodingKeys.messages, .conversations].first(where: values.contains)
    conversation = try values.decode(
      [Message].self, forKey: values.contains(.conversation) ? .conversation : key ?? .conversation)
  }

  /// The transcripts in `folder` by their names without `.json`, with their paths; none if there is no such folder.
  package static func paths(inFolder folder: String) throws -> [String: String] {
    guard fileKind(folder) == .folder else { return [:] }
    var paths: [String: String] = [:]
    let names = try InputStates.listed(folder, for: "transcripts") {
      try folderContents(folder).filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
    }
    for name in names {
      var stem = name
      // One published file ends in .json.json.
      while stem.hasSuffix(".json") { stem.removeLast(".json".count) }
      paths[stem] = "\(folder)/\(name)"
    }
    return paths
  }
}
