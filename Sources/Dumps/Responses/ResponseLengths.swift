internal import Files

/// How long the answers of a role are, by their text: `responses/<role>.jsonl` of a dump, in characters (Unicode scalars).
package struct ResponseLengths: Sendable {
  private let characters: [String: Int]

  private struct Line: Decodable {
    struct Message: Decodable {
      let role, content: String
    }
    let key: String?
    let conversation: [Message]?
    let response: String?
  }

  /// Those in the dump at `root`; nil if it has no such file of the role `role`.
  ///
  /// - Throws: `FileError` if the file cannot be read or is not lines of JSON.
  package init?(inDump root: String, role: String) throws {
    let path = Self.path(inDump: root, role: role)
    guard fileKind(path) == .file else { return nil }
    var characters: [String: Int] = [:]
    for line in try decodeJSONLines(Line.self, at: path) {
      guard let key = line.key,
        let text = line.response ?? line.conversation?.last(where: { $0.role == "assistant" })?.content
      else { continue }
      characters[key] = text.unicodeScalars.count
    }
    self.characters = characters
  }

  /// The file with the answers of the role `role` in the dump at `root`.
  package static func path(inDump root: String, role: String) -> String { "\(root)/responses/\(role).jsonl" }

  /// The length of the answer `key`; nil if it is not known, or there is no text.
  package subscript(key: String) -> Double? { characters[key].flatMap { $0 > 0 ? Double($0) : nil } }
}
