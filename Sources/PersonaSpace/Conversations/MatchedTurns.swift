internal import Statistics

/// Conversations under two conditions, cut to as many turns as both have where the conditions differ in that: a fall, the largest fall and
/// the share of turns below a threshold grow with the number of turns, whatever the condition does.
///
/// Where every conversation is there under both conditions, the two are cut to the turns of the shorter; else all are cut to the turns of
/// the shortest. None is left out for being short, which would choose by what a condition may do, but those of one turn, of which nothing
/// moves.
struct MatchedTurns {
  /// The conversations, in order, each with the turns that are compared; nil for one that is left out.
  let tracks: [ConversationTrack?]
  /// What was cut; nil if nothing was.
  let cut: DomainContrast.CutTurns?

  /// Conversations are cut if their numbers of turns, or the squares of these about the mean, differ between the conditions with a
  /// probability below this by permutation, or if all under one condition are longer. More than the usual .05: where lengths are as likely as
  /// this by chance, so is what they do to drift.
  static let mostProbability = 0.1

  /// - Parameters:
  ///   - tracks: a conversation each.
  ///   - clusters: for each the number of what is drawn as a whole, as in `ConditionContrast.Member`.
  ///   - isSecond: for each whether it is under the second condition.
  init(_ tracks: [ConversationTrack], clusters: [Int], isSecond: [Bool], seed: UInt64) {
    let counts = tracks.map(\.count)
    guard Self.differ(counts.map(Double.init), clusters, isSecond, seed: seed) else {
      (self.tracks, cut) = (tracks, nil)
      return
    }
    // Of one turn nothing moves, nor is there a pair with it.
    let single = Set(tracks.indices.filter { counts[$0] < 2 }.map { clusters[$0] })
    let members = Dictionary(grouping: tracks.indices) { clusters[$0] }
    let arePairs = members.values.allSatisfy { Set($0.map { isSecond[$0] }).count == 2 }
    let least = counts.filter { $0 > 1 }.min() ?? 1
    var kept = [ConversationTrack?](repeating: nil, count: tracks.count)
    for (cluster, own) in members {
      if arePairs, single.contains(cluster) { continue }
      let common = arePairs ? own.map { counts[$0] }.min() ?? 1 : least
      for member in own where counts[member] > 1 { kept[member] = tracks[member].first(common) }
    }
    func turns(_ condition: Bool) -> Double {
      mean(of: zip(counts, isSecond).filter { $0.1 == condition }.map { Double($0.0) })
    }
    self.tracks = kept
    cut = DomainContrast.CutTurns(
      first: turns(false), second: turns(true), common: arePairs ? nil : least)
  }

  private static func differ(_ turns: [Double], _ clusters: [Int], _ isSecond: [Bool], seed: UInt64) -> Bool {
    let own = [false, true].map { condition in zip(turns, isSecond).filter { $0.1 == condition }.map(\.0) }
    guard Set(turns).count > 1, let (a, b) = own[0].minAndMax.flatMap({ a in own[1].minAndMax.map { (a, $0) } }) else {
      return false
    }
    if a.max < b.min || b.max < a.min { return true }
    let middle = mean(of: turns)
    return [turns, turns.map { ($0 - middle) * ($0 - middle) }].contains {
      ConditionContrast.probability(of: $0, clusters: clusters, isSecond: isSecond, seed: seed) < mostProbability
    }
  }
}

extension [Double] {
  /// The least and the greatest; nil of none.
  fileprivate var minAndMax: (min: Double, max: Double)? {
    guard let low = self.min(), let high = self.max() else { return nil }
    return (low, high)
  }
}
