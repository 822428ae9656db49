extension OutputFile {
  /// Appends `table`, header and rows, row by row: of a table of any length no more than 64 kB are held.
  package func write(_ table: CSVTable) throws {
    try write(table.header)
    try table.lines { try write($0) }
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
