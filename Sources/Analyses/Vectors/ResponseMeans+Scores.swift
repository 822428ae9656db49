internal import Dumps
internal import Files

extension ResponseMeans {
  /// The scale of the reference's judge.
  private static let scale = 0.0...3.0

  /// Notes scores of another scale, and those of the first role that has some if none is of a key of its responses.
  ///
  /// - Throws: `FileError` if a table cannot be read, or if scores are of another scale and it was not said which to keep.
  func checkScores(_ sources: ResponseSources) throws {
    guard sources.scoresFolder != nil, let wanted = options.filter.scores else { return }
    var values: Set<Double> = []
    for source in sources.roles { values.formUnion(try source.scores.map { try ScoreTable(at: $0.path).values } ?? []) }
    if let low = values.min(), let high = values.max(), let folder = sources.scoresFolder {
      let isOfScale = Self.scale.contains(low) && Self.scale.contains(high)
      if !isOfScale, !options.filter.requiresScores {
        throw FileError(path: folder, fault: ScoreFault.scale(values.sorted()))
      }
      if values.isDisjoint(with: wanted.map(Double.init)) {
        let advice =
          values.contains { $0 == $0.rounded() }
          ? "--score says which to keep" : "whole numbers alone can be kept, or all of them: --score all"
        log.note(
          "\(folder): no score is one of those kept (\(wanted.sorted().map(String.init).joined(separator: ", "))); there are "
            + "\(ScoreFault.listed(values.sorted())): \(advice)")
      }
    }
    guard let first = sources.roles.first(where: { $0.scores != nil }), let scores = first.scores else { return }
    let table = try ScoreTable(at: scores.path)
    let file = try ResponseFile(first, slot: options.slot)
    if let own = table.keys.first, let key = file.responses.first?.key,
      !file.responses.contains(where: { table[$0.key] != nil })
    {
      log.note(
        "\(scores.path): no score is of a response: the keys are such as '\(own)', those of the responses such as '\(key)'"
      )
    }
  }
}

/// Why scores are refused.
enum ScoreFault: FileFault, Equatable {
  /// They are of another scale than the reference's.
  case scale([Double])

  var explanation: String {
    switch self {
    case .scale(let values):
      """
      scores of another scale than 0, 1, 2, 3, of which 3 are kept: there are \(Self.listed(values)); \
      \(Self.largestWhole(values).map { "say which to keep, such as --score \($0), or" } ?? "whole numbers alone can be kept, or all of them:") \
      --score all
      """
    }
  }

  private static func largestWhole(_ values: [Double]) -> Int? {
    values.last { $0 == $0.rounded() }.flatMap { Int(exactly: $0) }
  }

  /// `values`, of which there may be many.
  static func listed(_ values: [Double]) -> String {
    let texts = values.map { $0 == $0.rounded() ? "\(Int(exactly: $0) ?? 0)" : "\($0)" }
    return texts.count > 12
      ? "\(texts.count) from \(texts[0]) to \(texts[texts.count - 1])" : texts.joined(separator: ", ")
  }
}
