public import Files
internal import Reports

/// What a report was made of.
public struct ReportResult: Sendable {
  /// The sections' figures, by the names of their files.
  public let figures: [String]
  /// What the folder has no tables of, and the command that makes each.
  public let missing: [String]
  /// The layer that is shown at first.
  public let layer: Int
  /// The size of the page in bytes.
  public let bytes: Int
}

/// Makes a page and figures of the tables of an analysis.
public struct ReportRun {
  /// The page.
  public static let page = "report.html"
  /// The files it may write.
  public static let outputs = [page] + ReportPage.figureNames.map { "figures/\($0).svg" }

  let input: ReportInput

  /// A report of the tables in `folder`.
  ///
  /// - Throws: `FileError` if it is no folder.
  public init(_ folder: String) throws {
    switch fileKind(folder) {
    case .missing: throw FileError(path: folder, fault: AccessFault.nothing(at: folder))
    case .folder: input = ReportInput(folder: folder)
    default: throw FileError(path: folder, fault: ReportFault.noFolder)
    }
  }

  /// A report of what a run has written to `output` and not yet put in place.
  init(written output: OutputFolder) { input = ReportInput(written: output) }

  /// Reads the tables and writes page and figures to `output`, which the caller commits.
  ///
  /// - Throws: `FileError` for a table that cannot be read, or if there is none.
  public func run(into output: OutputFolder) throws -> ReportResult { try write(try page(), to: output) }

  /// Reads the tables.
  func page() throws -> ReportPage { ReportPage(try ReportReader(input).data) }

  /// Writes `page` and its figures.
  func write(_ page: ReportPage, to output: OutputFolder) throws -> ReportResult {
    let html = page.html
    let figures = page.figures
    try output.write(html, to: Self.page)
    for figure in figures { try output.write(figure.text, to: "figures/\(figure.name).svg") }
    let data = page.data
    return ReportResult(
      figures: figures.map(\.name), missing: data.missing.map { "\($0.what): \($0.command)" }, layer: data.shown,
      bytes: html.utf8.count)
  }
}
