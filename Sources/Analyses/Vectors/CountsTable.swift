internal import Dumps
internal import Files

/// The table of what became of the responses: a row a role, the Assistant's first.
enum CountsTable {
  static func text(_ means: AveragedResponses) -> String {
    var table = CSVText(columns: [
      "role", "responses", "kept", "rejected", "unscored", "unmatched", "nonfinite", "stray", "status",
    ])
    for record in means.all {
      let counts = record.counts
      table.append([
        .text(record.role), .integer(counts.responses), .integer(counts.kept), .integer(counts.rejected),
        .integer(counts.unscored), .integer(counts.unmatched), .integer(counts.nonFinite), .integer(counts.strays),
        .text(record.isUsed ? "used" : "left out"),
      ])
    }
    return table.text
  }
}
