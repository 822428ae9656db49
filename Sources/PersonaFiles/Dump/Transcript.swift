internal import TensorFiles

/// What is used of a transcript file: who spoke in turn, and what the conversation belongs to.
struct Transcript: Sendable, Decodable {
  let model: String?
  let domain: String?
  let condition: String?
  /// Which regeneration of one prompt it is.
  let sample: String?
  private let conversation: [Message]

  private struct Message: Sendable, Decodable {
    let role: String
  }

  /// The number of the Assistant's messages.
  ///
  /// System messages and skipped turns shift parity, so turns are counted by role, not by place.
  var assistantTurns: Int { conversation.count { $0.role == "assistant" } }

  private enum CodingKeys: String, CodingKey { case model, domain, condition, sample, conversation }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    model = try values.decodeIfPresent(String.self, forKey: .model)
    domain = try values.decodeIfPresent(String.self, forKey: .domain)
    condition = try values.decodeIfPresent(String.self, forKey: .condition)
    // Numbered by some, named by others.
    if let number = try? values.decodeIfPresent(Int.self, forKey: .sample) {
      sample = number.description
    } else {
      sample = try values.decodeIfPresent(String.self, forKey: .sample)
    }
    conversation = try values.decode([Message].self, forKey: .conversation)
  }

  /// The transcripts in `folder` by their names without `.json`, with their paths; none if there is no such folder.
  static func paths(inFolder folder: String) throws -> [String: String] {
    guard fileKind(folder) == .folder else { return [:] }
    var paths: [String: String] = [:]
    for name in try folderContents(folder) where name.hasSuffix(".json") && !name.hasPrefix(".") {
      var stem = name
      // One published file ends in .json.json.
      while stem.hasSuffix(".json") { stem.removeLast(".json".count) }
      paths[stem] = "\(folder)/\(name)"
    }
    return paths
  }
}
