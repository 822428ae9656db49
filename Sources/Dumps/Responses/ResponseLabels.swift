internal import TensorFiles

/// The labels of the keys of one file of responses, `<label>_p<prompt>_q<question>`, and which are taken.
///
/// The label says what was asked for: `pos` (or `positive`) for the role, `neg` for its opposite, `default` for neither. Where responses
/// for the role stand beside such others, they alone are the role's.
package struct ResponseLabels: Sendable, Equatable {
  /// The responses under each label that is taken, and that is not; in code-point order of the labels.
  package let taken, leftOut: [(label: String, count: Int)]

  package static func == (a: Self, b: Self) -> Bool {
    a.taken.map(\.label) == b.taken.map(\.label) && a.leftOut.map(\.label) == b.leftOut.map(\.label)
  }

  private static let own: Set<String> = ["pos", "positive"]
  private static let others: Set<String> = [
    "neg", "negative", "default", "neutral", "base", "baseline", "control", "none",
  ]

  /// What a user wants.
  struct Wanted {
    /// The labels; nil for the usual.
    let labels: Set<String>?
    /// Whether the usual are taken of a file that has none of them.
    let isOptional: Bool
  }

  /// Whether a user said which are taken.
  private let isSaid: Bool

  /// Of responses under `keys`.
  init(_ keys: [ResponseKey], wanted: Wanted) {
    let isNone = wanted.isOptional && !keys.contains { wanted.labels?.contains($0.label) ?? false }
    let wanted = isNone ? nil : wanted.labels
    isSaid = wanted != nil
    let counts = Dictionary(grouping: keys, by: \.label).mapValues(\.count).sorted {
      $0.key.unicodeScalars.lexicographicallyPrecedes($1.key.unicodeScalars)
    }.map { (label: $0.key, count: $0.value) }
    // `pirate_neg` says what `neg` does.
    func word(_ label: String) -> String {
      label.lowercased().split { "_-".contains($0) }.last.map(String.init) ?? label
    }
    let hasOwn = counts.contains { Self.own.contains(word($0.label)) }
    func isTaken(_ label: String) -> Bool {
      wanted?.contains(label) ?? !(hasOwn && Self.others.contains(word(label)))
    }
    taken = counts.filter { isTaken($0.label) }
    leftOut = counts.filter { !isTaken($0.label) }
  }

  /// Whether the response `key` is taken.
  func contains(_ key: ResponseKey) -> Bool { taken.contains { $0.label == key.label } }

  /// What to say of them; nil where there is nothing to say.
  var note: String? {
    func words(_ labels: [(label: String, count: Int)]) -> String {
      labels.map { "'\($0.label)' (\($0.count))" }.joined(separator: ", ")
    }
    if isSaid { return nil }
    if !leftOut.isEmpty {
      return
        "responses under the label \(words(taken)) are taken, those under \(words(leftOut)) left out, as they were asked for something "
        + "else; --label says otherwise, such as --label \((taken + leftOut).map(\.label).joined(separator: ","))"
    }
    guard taken.count > 1 else { return nil }
    return
      "responses under \(taken.count) labels are taken together: \(words(taken)); --label \(taken[0].label) takes those of one"
  }
}
