internal import Files

extension OutputFolder {
  /// Parts whose lines are held at a time, for each task.
  private static var partsHeld: Int { 4 }

  /// Adds a table whose rows are worth several tasks: `rows` gives those of a part to the function that it is called with. Parts come in
  /// their order, and a few are held at a time.
  func write<Part: Sendable, Row>(
    _ schema: CSVSchema<Row>, _ parts: [Part], to name: String, threads: Int,
    rows: @escaping @Sendable (Part, (Row) -> Void) -> Void
  ) async throws {
    let file = try file(named: name)
    try file.write(schema.header)
    let together = Self.partsHeld * max(1, threads)
    for first in stride(from: 0, to: parts.count, by: together) {
      let some = Array(parts[first..<min(first + together, parts.count)])
      let texts = try await concurrentMap(some, threads: threads) { part in
        var lines: [UInt8] = []
        rows(part) { schema.append($0, to: &lines) }
        return lines
      }
      for text in texts { try file.write(text) }
    }
    try file.close()
  }
}
