/// Folds for cross-validation in which all rows of a group are held out together: what two turns of one conversation share would
/// otherwise be learned from the one and pass for a prediction of the other.
public struct GroupedFolds: Sendable {
  /// The rows held out in each fold.
  public let heldOut: [[Int]]

  /// `count` folds of the groups in `groups`, a number from 0 for each row: groups in an order drawn from `seed`, each to the fold
  /// with the fewest rows so far.
  ///
  /// - Precondition: 2 to as many folds as there are groups.
  public init(groups: [Int], count: Int, seed: UInt64) {
    let number = (groups.max() ?? -1) + 1
    precondition((2...max(number, 2)).contains(count), "a fold for each group at most")
    var rows = [[Int]](repeating: [], count: number)
    for (row, group) in groups.enumerated() { rows[group].append(row) }
    var (order, generator) = (Array(0..<number), SeededGenerator(seed: seed, purpose: .folds))
    order.shuffle(using: &generator)
    var folds = [[Int]](repeating: [], count: count)
    for group in order {
      let smallest = folds.indices.min { (folds[$0].count, $0) < (folds[$1].count, $1) } ?? 0
      folds[smallest] += rows[group]
    }
    heldOut = folds.map { $0.sorted() }
  }

  /// The rows that fold `index` learns from.
  public func training(_ index: Int) -> [Int] {
    heldOut.indices.filter { $0 != index }.flatMap { heldOut[$0] }.sorted()
  }
}
