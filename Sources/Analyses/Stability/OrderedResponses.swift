internal import Dumps
internal import Files
internal import LinearAlgebra
internal import TensorFiles

/// The responses of one persona, or of the default, in the order in which they are measured: prompt after prompt, question after
/// question, run after run.
struct OrderedResponses: Sendable {
  let file: ResponseFile
  /// What is measured, and where it lies.
  let responses: [ResponseFile.Response]
  /// The key of each; nil if one of them is none.
  let keys: [ResponseKey]?
  /// The score of each; nil where there is none.
  let scores: [Double?]

  /// Opens the file of `source`.
  ///
  /// - Parameter excluded: the keys of responses that are left out.
  init(
    _ source: ResponseSources.Source, slot: Int?, shape: [Int]?, reference: String, excluded: Set<String> = []
  ) throws {
    file = try ResponseFile(source, slot: slot)
    if let shape, [file.rows, file.hiddenSize] != shape {
      throw FileError(
        path: source.path,
        fault: DumpFault.shapesDiffer(shape: [file.rows, file.hiddenSize], other: shape, reference: reference))
    }
    let all = excluded.isEmpty ? file.responses : file.responses.filter { !excluded.contains($0.key) }
    let parsed = all.map { ResponseKey($0.key) }
    let known = parsed.compactMap(\.self)
    var order = Array(all.indices)
    if known.count == all.count {
      order.sort { Self.place(known[$0], $0) < Self.place(known[$1], $1) }
      keys = order.map { known[$0] }
    } else {
      keys = nil
    }
    responses = try file.placed(order.map { all[$0] })
    let table = try source.scores.map { try ScoreTable(at: $0.path) }
    scores = responses.map { response in table.flatMap { $0[response.key] } }
  }

  /// Where a response comes; the label counts before the prompt, as each label has prompts of its own.
  private static func place(_ key: ResponseKey, _ index: Int) -> ReadingOrder {
    ReadingOrder(label: key.label, numbers: [key.prompt, key.question, key.run ?? -1, index])
  }

  private struct ReadingOrder: Comparable {
    let label: String
    let numbers: [Int]

    static func < (a: Self, b: Self) -> Bool {
      if a.label != b.label { return a.label.unicodeScalars.lexicographicallyPrecedes(b.label.unicodeScalars) }
      return a.numbers.lexicographicallyPrecedes(b.numbers)
    }
  }

  /// The keys of the responses, or of those of them at `places`, with a value in `rows` that is not finite, or nothing but zeros.
  func nonFinite(rows: [Int], at places: [Int]? = nil) throws -> [String] {
    try (places.map { $0.map { responses[$0] } } ?? responses).filter { response in
      try rows.contains { row in
        try file.values(response, row..<row + 1)
          .firstUnusable(columns: file.hiddenSize) != nil
      }
    }.map(\.key)
  }
}
