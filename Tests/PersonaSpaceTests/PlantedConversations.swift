import PersonaSpace
internal import Statistics

/// Groups of conversations of known rates, made by the tests: `clusters` conversations with `samples` regenerations each.
struct PlantedConversations {
  var clusters = 12
  var samples = 3
  var turns = 6
  var random: SeededGenerator

  init(clusters: Int = 12, samples: Int = 3, turns: Int = 6, seed: Int) {
    (self.clusters, self.samples, self.turns) = (clusters, samples, turns)
    random = SeededGenerator(seed: UInt64(seed), purpose: .init(rawValue: 0x706C_616E))
  }

  /// The two chains that the demo's therapy and philosophy follow, and the two walks that are most like them.
  static let chains = [
    TwoStateChain(
      leave: 0.34, comeBack: 0.1625, home: .init(mean: 0.948, deviation: 0.101),
      away: .init(mean: -0.229, deviation: 0.186), startHome: 1),
    TwoStateChain(
      leave: 0.243, comeBack: 0.07, home: .init(mean: 1.01, deviation: 0.102),
      away: .init(mean: -0.221, deviation: 0.231), startHome: 1),
  ]
  static let walks = [
    WalkModel(
      reversionRate: 0.534, restingPoint: 0.154, noise: 0.519, reading: 0.056, start: 0.987, startDeviation: 0.079),
    WalkModel(
      reversionRate: 0.214, restingPoint: -0.277, noise: 0.431, reading: 0.106, start: 1.04, startDeviation: 0.005),
  ]

  mutating func group(_ chain: TwoStateChain) -> ConversationGroup {
    group { planted in
      var isHome = planted.chance(chain.startHome)
      return (0..<planted.turns).map { _ in
        let place = isHome ? chain.home : chain.away
        isHome = planted.chance(isHome ? 1 - chain.leave : chain.comeBack)
        return place.mean + place.deviation * planted.random.nextGaussian()
      }
    }
  }

  mutating func group(_ walk: WalkModel) -> ConversationGroup {
    group { planted in
      let point = walk.restingPoint + walk.restingDeviation * planted.random.nextGaussian()
      var place = walk.start + walk.startDeviation * planted.random.nextGaussian()
      return (0..<planted.turns).map { _ in
        let read = place + walk.reading * planted.random.nextGaussian()
        place += walk.reversionRate * (point - place) + walk.noise * planted.random.nextGaussian()
        return read
      }
    }
  }

  private mutating func group(_ conversation: (inout Self) -> [Double]) -> ConversationGroup {
    let names = (0..<clusters).flatMap { cluster in (0..<samples).map { _ in ["\(cluster)"] } }
    return ConversationGroup(names.map { _ in ConversationTrack(positions: conversation(&self)) }, names: names)
  }

  private mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &random) < probability }

  /// The conversations `rows`, each in a row of three of which all are samples of one; with `isThinned`, without turns t of rows i for
  /// which (i + t) mod 5 is 2 or 3.
  static func demo(_ rows: [[Double]], isThinned: Bool = false) -> ConversationGroup {
    let tracks = rows.enumerated().map { row, positions in
      let turns = positions.indices.filter { !isThinned || ![2, 3].contains((row + $0) % 5) }
      return ConversationTrack(positions: turns.map { positions[$0] }, turns: turns)
    }
    return ConversationGroup(tracks, names: rows.indices.map { ["\($0 / 3)"] })
  }
}

/// How often intervals hold a truth.
struct Coverage {
  private(set) var held = 0
  private(set) var all = 0

  mutating func count(_ interval: Interval?, _ truth: Double) {
    guard let interval else { return }
    all += 1
    held += interval.low <= truth && truth <= interval.high ? 1 : 0
  }

  var share: Double { Double(held) / Double(all) }
}
