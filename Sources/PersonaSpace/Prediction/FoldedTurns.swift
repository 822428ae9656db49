internal import LinearAlgebra
internal import Statistics

/// Turns, and how they are divided: conversations are held out whole.
struct FoldedTurns: Sendable {
  let turns: [PredictedTurn]
  /// The conversation of each turn, from 0 without gaps.
  let groups: [Int]
  let folds: GroupedFolds
  /// The embedding of each turn; shape (turns, d).
  let embeddings: Matrix

  /// In `folds` folds, or one for each conversation where these are fewer.
  init(_ turns: [PredictedTurn], folds: Int, seed: UInt64) {
    let names = Set(turns.map(\.group)).sorted()
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    let groups = turns.map { places[$0.group] ?? 0 }
    (self.turns, self.groups) = (turns, groups)
    self.folds = GroupedFolds(groups: groups, count: min(folds, names.count), seed: seed)
    embeddings = Matrix(turns.map(\.embedding), columns: turns.first?.embedding.count ?? 0)
  }

  var conversations: Int { (groups.max() ?? -1) + 1 }

  /// How often each conversation is in each bootstrap sample; shape (replicates, conversations). Nil without replicates.
  func weights(replicates: Int, seed: UInt64) -> Matrix? {
    guard replicates > 0 else { return nil }
    let samples = Resamples(of: conversations, count: replicates, seed: seed, purpose: .conversations)
    return Matrix((0..<replicates).map { samples.counts($0) }, columns: conversations)
  }
}
