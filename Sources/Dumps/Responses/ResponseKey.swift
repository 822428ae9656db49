/// The name of a response in `activations/<role>`: `<label>_p<prompt>_q<question>`, and `_r<run>` where questions were
/// asked more than once.
package struct ResponseKey: Sendable, Equatable {
  /// What the reference pipeline calls the kind of prompt: `pos`, `default`.
  package let label: String
  package let prompt: Int
  package let question: Int
  package let run: Int?

  /// Reads the key; nil if `text` is none.
  package init?(_ text: String) {
    var parts = text.split(separator: "_", omittingEmptySubsequences: false)
    func number(_ letter: Character) -> Int? {
      guard let part = parts.last, part.first == letter, let number = Int(part.dropFirst()), number >= 0 else {
        return nil
      }
      parts.removeLast()
      return number
    }
    run = number("r")
    guard let question = number("q"), let prompt = number("p"), !parts.isEmpty else { return nil }
    (self.question, self.prompt, label) = (question, prompt, parts.joined(separator: "_"))
  }
}
