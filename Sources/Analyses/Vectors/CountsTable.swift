internal import Dumps
internal import Files

/// The table of what became of the responses: a row a role, the Assistant's first.
enum CountsTable {
  static let schema = CSVSchema<ResponseRecord> {
    CSVColumn("role", "The role; the default comes first.") { .text($0.role) }
    CSVColumn("responses", "Responses in its file.", .count) { .integer($0.counts.responses) }
    CSVColumn("kept", "Those averaged.", .count) { .integer($0.counts.kept) }
    CSVColumn("rejected", "Those of another score than --score keeps.", .count) { .integer($0.counts.rejected) }
    CSVColumn("unscored", "Those without a score, where others have one.", .count) { .integer($0.counts.unscored) }
    CSVColumn("unmatched", "Those to questions that other roles have no response to (--match-questions).", .count) {
      .integer($0.counts.unmatched)
    }
    CSVColumn("nonfinite", "Those with NaN or infinite values (--nonfinite skip).", .count) {
      .integer($0.counts.nonFinite)
    }
    CSVColumn("stray", "Entries of the file that are no responses.", .count) { .integer($0.counts.strays) }
    CSVColumn("status", "used, or left out: too few were kept (--min-count).", .word) {
      .text($0.isUsed ? "used" : "left out")
    }
  }

  static func table(_ means: AveragedResponses) -> CSVTable {
    schema.table { take in for record in means.all { try take(record) } }
  }
}
