internal import Files

extension OutputFolder {
  /// Adds tables, in their order, of which some are written at a time.
  func write(_ tables: [(CSVTable, name: String)], threads: Int) async throws {
    let files = try tables.map { ($0.0, try file(named: $0.name)) }
    _ = try await concurrentMap(files, threads: threads) { table, file in
      try file.write(table)
      try file.close()
    }
  }
}
