internal import Analyses
internal import ArgumentParser
internal import Files

struct Columns: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explain the columns of the tables: meaning, unit, range, when empty.",
    discussion: explained(
      "Of the tables named, or of all.",
      examples: [
        "columns tether.csv",
        "columns --markdown",
      ]))

  @Argument(help: ArgumentHelp("Tables, such as layers.csv; folders before the name do not count.", valueName: "TABLE"))
  var tables: [String] = []

  @Flag(help: "Print Markdown.")
  var markdown = false

  @Flag(help: "Print JSON.")
  var json = false

  /// The tables that are asked for.
  private var asked: [AnalysisTables.Table] {
    get throws {
      let all = AnalysisTables.all
      guard !tables.isEmpty else { return all }
      return try tables.flatMap { path in
        let last = path.split(separator: "/").last.map(String.init) ?? path
        let name = last.hasSuffix(".csv") ? last : last + ".csv"
        // Two verbs can write tables of one name.
        let found = all.filter { $0.files.contains(name) }
        if found.isEmpty {
          let names = all.flatMap(\.files).joined(separator: ", ")
          throw ValidationError("there is no table '\(shown(name))'; these are: \(names)")
        }
        return found
      }
    }
  }

  func validate() throws {
    if markdown, json { throw ValidationError("--markdown and --json: one of them is wanted") }
    _ = try asked
  }

  func run() throws {
    let tables = try asked
    if json {
      try Console.say(try encodeJSON(tables.map(ColumnsSummary.init), keys: .ofColumns))
    } else {
      try Console.say(markdown ? ColumnsReport.markdown(tables) : ColumnsReport.text(tables))
    }
  }
}

/// What `columns --json` prints of a table.
private struct ColumnsSummary: Encodable {
  struct Column: Encodable {
    let name, meaning, unit, range, empty: String
  }

  let files: [String]
  let verb, row: String
  let columns: [Column]

  init(_ table: AnalysisTables.Table) {
    (files, verb, row) = (table.files, table.verb, table.row)
    columns = table.columns.map {
      Column(name: $0.name, meaning: $0.meaning, unit: $0.unit.unit, range: $0.unit.range, empty: $0.emptiness)
    }
  }
}
