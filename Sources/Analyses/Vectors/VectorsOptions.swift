public import Dumps

/// How responses become role vectors.
public struct VectorsOptions: RunOptions {
  /// What it has in common with other runs.
  public var settings = RunSettings()
  /// Which responses are averaged.
  public var filter = ResponseFilter()
  /// The layer numbers of the files' rows, where they are not as the manifest or their order says.
  public var rowLayers: LayerSelection?
  /// The order of the axes of responses, where it is not (layers, d); one of turns says nothing here.
  public var axes: AxesOrder?
  /// The exact name of the role that is the Assistant, whose responses have no scores and are all kept.
  public var assistantName = "default"
  /// Which vector to take of responses that have several a layer, (slots, L, d).
  public var slot: Int?
  /// Whether role vectors are freed of the questions, where those that answers are kept of differ by role.
  public var adjustsQuestions = true
  /// Whether means are those of the reference pipeline's bfloat16 arithmetic, bit for bit.
  public var imitatesBFloat16 = false
  /// The bytes that they may take for sums and what is read.
  public var memory = 40 << 20

  /// The defaults.
  public init() {}

  /// The options that bear on the numbers, by their long names.
  var recorded: [String: String] {
    [
      "score": filter.scores.map { $0.sorted().map(String.init).joined(separator: ",") } ?? "all",
      "scores": filter.scoresFolder ?? "", "match-questions": "\(filter.matchesQuestions)",
      "slot": slot.map(String.init) ?? "", "compat-bf16": "\(imitatesBFloat16)", "default": assistantName,
      "question-adjustment": "\(adjustsQuestions)", "label": filter.labels?.sorted().joined(separator: ",") ?? "",
    ]
  }

  /// Whether the effects of questions are looked for.
  var findsQuestionEffects: Bool { adjustsQuestions && !filter.matchesQuestions && !imitatesBFloat16 }

  /// The responses of the dump at `path`.
  ///
  /// - Throws: `FileError` if there are none.
  func sources(_ path: String) throws -> ResponseSources {
    try ResponseSources(at: path, assistantName: assistantName, filter: filter, rowLayers: rowLayers, axes: axes)
  }

  /// What a part must have been made with to be taken over.
  func signature(dump: String, scores: String?, questions: Set<Int>?, rows: [Int]) -> [String: String] {
    // Parts hold plain means, whatever is done with them.
    recorded.merging(["question-adjustment": ""]) { _, own in own }.merging([
      "dump": dump, "scores-used": scores ?? "none",
      "questions": questions.map { $0.sorted().map(String.init).joined(separator: ",") } ?? "all",
      // Files are taken with their axes turned or not.
      "axes": axes?.text ?? "",
      "rows": rows.map(String.init).joined(separator: ","), "tool": toolVersion, "half": filter.half?.signature ?? "",
    ]) { own, _ in own }
  }
}
