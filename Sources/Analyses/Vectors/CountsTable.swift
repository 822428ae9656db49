internal import Dumps
internal import Files

/// The table of what became of the responses: a row a role, the Assistant's first.
enum CountsTable {
  static let schema = CSVSchema<ResponseRecord> {
    CSVColumn("role") { .text($0.role) }
    CSVColumn("responses") { .integer($0.counts.responses) }
    CSVColumn("kept") { .integer($0.counts.kept) }
    CSVColumn("rejected") { .integer($0.counts.rejected) }
    CSVColumn("unscored") { .integer($0.counts.unscored) }
    CSVColumn("unmatched") { .integer($0.counts.unmatched) }
    CSVColumn("nonfinite") { .integer($0.counts.nonFinite) }
    CSVColumn("stray") { .integer($0.counts.strays) }
    CSVColumn("status") { .text($0.isUsed ? "used" : "left out") }
  }

  static func table(_ means: AveragedResponses) -> CSVTable {
    schema.table { take in for record in means.all { try take(record) } }
  }
}
