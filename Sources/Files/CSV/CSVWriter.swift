extension OutputFile {
  /// Bytes of a table held before they are written.
  private static let tableBuffer = 1 << 16

  /// Appends `table`, header and rows, row by row: of a table of any length no more than 64 kB are held.
  package func write(_ table: CSVTable) throws {
    var waiting = Array(table.header.utf8)
    try table.lines { line in
      waiting += line.utf8
      guard waiting.count >= Self.tableBuffer else { return }
      try write(waiting)
      waiting.removeAll(keepingCapacity: true)
    }
    try write(waiting)
  }
}

extension OutputFolder {
  /// Adds a table.
  package func write(_ table: CSVTable, to name: String) throws {
    let file = try file(named: name)
    try file.write(table)
    try file.close()
  }
}
