internal import Analyses
internal import Dumps

/// What `vectors` prints: what became of the responses.
struct VectorsReport {
  let text: String

  /// Roles that are shown one by one; more are summed up, but for those left out.
  private static let shownRoles = 40

  init(_ result: VectorsResult, output: String) {
    let used = result.records.filter(\.isUsed)
    var lines = [
      """
      \(counted(used.count, "vector")) of \(layerList(result.layers)), \(result.hiddenSize) dimensions\
      \(result.questions.map { ", \(counted($0, "question"))" } ?? "")
      """, "",
    ]
    lines.append(Self.table(result))
    if !result.leftOut.isEmpty {
      let names = result.leftOut.map { shown($0) }.joined(separator: ", ")
      lines += ["", "Left out, with fewer than \(result.minimum) responses: \(names)"]
    }
    if let line = result.adjustment.words { lines += ["", line] }
    lines += ["", "Written to \(output), and counts.csv beside it"]
    text = lines.joined(separator: "\n")
  }

  private static func table(_ result: VectorsResult) -> String {
    var table = TextTable([
      "role", "responses", "kept", "rejected", "unscored", "unmatched", "not finite or zero", "stray", "",
    ])
    let isShort = result.records.count <= shownRoles
    func row(_ name: String, _ records: [ResponseRecord], _ remark: String, isWarning: Bool) {
      let counts = records.map(\.counts)
      func sum(_ count: (ResponseCounts) -> Int) -> String { "\(counts.reduce(0) { $0 + count($1) })" }
      table.append(
        [
          name, sum(\.responses), sum(\.kept), sum(\.rejected), sum(\.unscored), sum(\.unmatched), sum(\.nonFinite),
          sum(\.strays), remark,
        ], isWarning: isWarning)
    }
    for record in result.records where isShort || !record.isUsed || record.counts.nonFinite > 0 {
      row(shown(record.role), [record], record.isUsed ? "" : "left out", isWarning: !record.isUsed)
    }
    row("all \(result.records.count)", result.records, "", isWarning: false)
    return table.text(isStyled: Console.isStyled)
      + (isShort ? "" : "\n  (roles that lack nothing are in counts.csv)")
  }
}

extension AdjustmentOutcome {
  /// What a user should know of it; nil where there is nothing to know.
  var words: String? {
    switch self {
    case .adjusted:
      """
      Question-adjusted: the kept answers of roles are to other questions, or to the same in other shares, and plain means would differ \
      by question as well. Each answer is taken for role + question (least squares, every answer of the same weight); \
      --no-question-adjustment leaves the means as they are
      """
    case .noDefault, .unshared:
      """
      Not question-adjusted: \(self == .noDefault ? "the default has no answers" : "the default lacks some of the questions"), so that \
      vectors differ by question as well where roles keep answers to different ones; --match-questions keeps common questions alone
      """
    case .unnamed(let count):
      """
      Not question-adjusted: keys of \(counted(count, "file")) of responses name no question, where others do, so that vectors differ by question as well \
      where roles keep answers to different ones; <label>_p<prompt>_q<question> is wanted in all, those of the default included
      """
    case .sameQuestions, .notAsked, .noQuestion: nil
    }
  }
}

/// What `vectors --json` prints.
struct VectorsSummary: Encodable {
  struct Role: Encodable {
    let role: String
    let counts: ResponseCounts
    let used: Bool
  }

  let output: String
  let layers: [Int]
  let hiddenSize, minimum: Int
  let questionAdjusted: Bool
  let leftOut: [String]
  let roles: [Role]

  init(_ result: VectorsResult, output: String) {
    (self.output, layers, hiddenSize) = (output, result.layers, result.hiddenSize)
    (minimum, leftOut) = (result.minimum, result.leftOut)
    questionAdjusted = result.adjustment == .adjusted
    roles = result.records.map { Role(role: $0.role, counts: $0.counts, used: $0.isUsed) }
  }
}
