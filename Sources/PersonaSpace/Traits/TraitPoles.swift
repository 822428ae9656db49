internal import Statistics

/// Which traits characterise an end of the axis or of a component: those of which the false discovery rate over the layer is at
/// most `calledRate`, the strongest first.
extension TraitReading {
  /// The false discovery rate up to which a trait characterises a pole.
  public static let calledRate = 0.05

  /// An end of what traits are read along.
  public enum Pole: String, Sendable {
    /// Toward the Assistant, or where scores on the component are high.
    case high
    case low
  }

  /// The end toward which the trait points; `low` where z is not a number.
  public var pole: Pole { z > 0 ? .high : .low }

  /// The rank of each of `readings`, all of one layer, among those called at its pole, 1 for the largest |z|, equal ones in the
  /// order given; nil for those not called.
  public static func poleRanks(_ readings: [TraitReading]) -> [Int?] {
    struct Key: Hashable {
      let target: String
      let pole: Pole
    }
    var ranks = [Int?](repeating: nil, count: readings.count)
    let called = readings.indices.filter { readings[$0].falseDiscoveryRate <= calledRate }
    for (_, members) in Dictionary(
      grouping: called, by: { Key(target: readings[$0].target.name, pole: readings[$0].pole) })
    {
      for (member, rank) in zip(members, descendingRanks(of: members.map { abs(readings[$0].z) })) {
        ranks[member] = rank
      }
    }
    return ranks
  }

  /// The called ones of `readings`, the strongest at each pole first.
  public static func called(_ readings: [TraitReading]) -> [TraitReading] {
    let ranks = poleRanks(readings)
    return readings.indices.filter { ranks[$0] != nil }.sorted { (ranks[$0] ?? 0, $0) < (ranks[$1] ?? 0, $1) }
      .map { readings[$0] }
  }
}
