internal import Dumps
internal import LinearAlgebra
internal import TensorFiles

/// The answers of a role, or of the default, that its mean is of.
struct KeptAnswers: Sendable {
  let file: ResponseFile
  let responses: [ResponseFile.Response]

  /// Those of `source` behind its mean among `means`, averaged with `options`.
  ///
  /// - Throws: `FileError` if the file cannot be read.
  init(_ source: ResponseSources.Source, isAssistant: Bool, _ means: AveragedResponses, _ options: VectorsOptions)
    throws
  {
    let file = try ResponseFile(source, slot: options.slot)
    var (kept, _) = try RoleJob.sorted(file, source, isAssistant: isAssistant, options, means.isScored)
    if let questions = means.questions {
      kept = kept.filter { ResponseKey($0.key).map { questions.contains($0.question) } ?? false }
    }
    // Those that were left out because of their values.
    if means.all.contains(where: { $0.role == source.role && $0.counts.nonFinite > 0 }) {
      kept = try kept.filter { response in
        try means.rows.allSatisfy { row in
          try file.values(response, row..<row + 1).firstUnusable(columns: file.hiddenSize) == nil
        }
      }
    }
    (self.file, responses) = (file, kept)
  }

  /// How many of them are to each question.
  var tally: QuestionTally { QuestionTally(responses.map { ResponseKey($0.key)?.question }) }
}
