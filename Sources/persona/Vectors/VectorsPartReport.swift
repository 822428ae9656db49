internal import Analyses
internal import Dumps

/// What `vectors --part` prints.
struct VectorsPartReport {
  let text: String

  init(_ result: VectorsPartResult) {
    let leftOut = result.records.filter { !$0.isUsed }.map { shown($0.role) }
    let kept = result.records.filter(\.isUsed).reduce(0) { $0 + $1.counts.kept }
    var lines = [
      """
      Part \(result.part.number) of \(result.part.count): \(counted(result.records.count, "role")) of \(result.roleCount), \
      \(counted(kept, "response")) averaged, of \(layerList(result.layers))
      """
    ]
    if !leftOut.isEmpty { lines.append("Left out, with too few responses: \(leftOut.joined(separator: ", "))") }
    if result.hasQuestionSums {
      lines.append("With sums by question, by which persona merge frees vectors of the questions")
    }
    text = lines.joined(separator: "\n")
  }
}

/// What `vectors --part --json` prints.
struct VectorsPartSummary: Encodable {
  let part, parts: Int
  let file: String
  let layers: [Int]
  let questionSums: Bool
  let roles: [VectorsSummary.Role]

  init(_ result: VectorsPartResult) {
    (part, parts, file) = (result.part.number, result.part.count, result.file)
    (layers, questionSums) = (result.layers, result.hasQuestionSums)
    roles = result.records.map { .init(role: $0.role, counts: $0.counts, used: $0.isUsed) }
  }
}
