internal import Files

/// Where the tables of an analysis lie: in a folder, or among the files that a run has yet to put into one.
struct ReportInput {
  /// The folder, as it was named.
  let folder: String
  /// The path of a file of it by its name; nil if there is none.
  let path: (String) -> String?

  /// The tables in `folder`.
  init(folder: String) {
    self.folder = Paths.trimmed(folder)
    let folder = self.folder
    path = { fileKind("\(folder)/\($0)") == .file ? "\(folder)/\($0)" : nil }
  }

  /// The files that a run has written and not yet put in place.
  init(written output: OutputFolder) {
    folder = output.path
    path = { output.writtenPath(of: $0) }
  }

  /// The table `name`; nil if there is none.
  ///
  /// - Throws: `FileError` if it cannot be read.
  func table(_ name: String, numbers: [String], texts: [String] = []) throws -> ReportTable? {
    try path(name).map { try ReportTable($0, numbers: numbers, texts: texts) }
  }
}
