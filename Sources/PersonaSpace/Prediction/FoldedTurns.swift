internal import LinearAlgebra
internal import Statistics

/// Turns, and how they are divided: conversations are held out whole, and together if they have messages in common.
struct FoldedTurns: Sendable {
  let turns: [PredictedTurn]
  /// The number of conversations.
  let conversations: Int
  /// What is held out together and resampled, for each turn, from 0 without gaps: a conversation, or those that share messages.
  let groups: [Int]
  let folds: GroupedFolds
  /// The embedding of each turn.
  let embeddings: FeatureRows
  /// Whether there are folds with more turns to learn from than embeddings have dimensions, where their products are of use.
  let hasProducts: Bool

  /// In `folds` folds, or one for each of `units`, a number for each turn, where these are fewer.
  init(_ turns: [PredictedTurn], units: [Int], folds: Int, seed: UInt64) {
    let names = Set(units).sorted()
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    let groups = units.map { places[$0] ?? 0 }
    (self.turns, self.groups, conversations) = (turns, groups, Set(turns.map(\.group)).count)
    self.folds = GroupedFolds(groups: groups, count: min(folds, names.count), seed: seed)
    embeddings = FeatureRows(turns.map(\.embedding), columns: turns.first?.embedding.count ?? 0)
    hasProducts = turns.count - (self.folds.heldOut.map(\.count).min() ?? 0) > embeddings.columns
  }

  /// A point among the embeddings.
  var origin: [Double] { CrossProducts.origin(of: embeddings, rows: Array(turns.indices)) }

  /// The sums of products about `origin` of the embeddings that fold `fold` holds out, of all or of first turns alone.
  func products(_ fold: Int, ofFirstTurns: Bool, origin: [Double]) throws -> CrossProducts {
    let rows = folds.heldOut[fold].filter { !ofFirstTurns || turns[$0].previous == nil }
    return try CrossProducts(embeddings, rows: rows, origin: origin)
  }

  /// Whether each fold holds out the conversations that the same fold of `other` does.
  func holdsOut(as other: FoldedTurns) -> Bool {
    func names(_ own: FoldedTurns) -> [Set<Int>] {
      own.folds.heldOut.map { rows in Set(rows.map { own.turns[$0].group }) }
    }
    return names(self) == names(other)
  }

  /// How often each group is in each bootstrap sample; shape (replicates, groups). Nil without replicates.
  func weights(replicates: Int, seed: UInt64) -> Matrix? {
    guard replicates > 0 else { return nil }
    let count = (groups.max() ?? -1) + 1
    let samples = Resamples(of: count, count: replicates, seed: seed, purpose: .conversations)
    return Matrix((0..<replicates).map { samples.counts($0) }, columns: count)
  }
}
