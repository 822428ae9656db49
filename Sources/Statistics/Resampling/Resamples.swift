/// Bootstrap samples: of n things, n drawn with replacement.
///
/// Sample b of a seed is the same whatever else is drawn, so that layers, and tasks that share the samples out, agree on
/// what they resample.
public struct Resamples: Sendable {
  /// The number of things drawn from.
  public let size: Int
  /// The number of samples.
  public let count: Int
  /// The number of the first sample, by which its draws differ from those of others.
  private let first: UInt64
  private let seed: UInt64
  private let purpose: SeededGenerator.Purpose
  /// The group of each thing, where whole groups are drawn, and the number of groups.
  private let groups: (of: [Int], count: Int)?

  /// `count` samples of `size` things; samples of different purposes are independent, and those of different numbers, from `first` on.
  public init(of size: Int, count: Int, seed: UInt64, purpose: SeededGenerator.Purpose, first: Int = 0) {
    precondition(size > 0 && count >= 0 && first >= 0, "samples of nothing")
    self.first = UInt64(first)
    (self.size, self.count, self.seed, self.purpose) = (size, count, seed, purpose)
    groups = nil
  }

  /// `count` samples of whole groups of things: thing i is in the group `groups[i]`, from 0, and as many groups are drawn as there are
  /// (the cluster bootstrap; Davison & Hinkley, section 3.8).
  public init(ofGroups groups: [Int], count: Int, seed: UInt64, purpose: SeededGenerator.Purpose) {
    precondition(!groups.isEmpty && count >= 0, "samples of nothing")
    (size, self.count, self.seed, self.purpose, first) = (groups.count, count, seed, purpose, 0)
    self.groups = (groups, (groups.max() ?? 0) + 1)
  }

  /// How often each thing is in sample `index`; shape (size), its sum is `size` unless whole groups are drawn.
  public func counts(_ index: Int) -> [Double] {
    var generator = SeededGenerator(seed: seed, purpose: purpose, index: first + UInt64(index))
    if let groups {
      var drawn = [Double](repeating: 0, count: groups.count)
      for _ in 0..<groups.count { drawn[Int.random(in: 0..<groups.count, using: &generator)] += 1 }
      return groups.of.map { drawn[$0] }
    }
    var counts = [Double](repeating: 0, count: size)
    for _ in 0..<size { counts[Int.random(in: 0..<size, using: &generator)] += 1 }
    return counts
  }

  /// The things in sample `index`, in the order they were drawn; shape (size).
  public func members(_ index: Int) -> [Int] {
    var generator = SeededGenerator(seed: seed, purpose: purpose, index: first + UInt64(index))
    return (0..<size).map { _ in Int.random(in: 0..<size, using: &generator) }
  }

  /// Ranges of `count` samples that one task does: fixed, so that results do not depend on the number of tasks.
  public static func chunks(of count: Int, length: Int = 50) -> [Range<Int>] {
    stride(from: 0, to: count, by: length).map { $0..<min($0 + length, count) }
  }

  /// Ranges of all samples that one task does.
  public func chunks() -> [Range<Int>] { Self.chunks(of: count) }
}
