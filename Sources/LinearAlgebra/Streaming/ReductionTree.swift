/// Adds up sums over shards in an order that is fixed: that of a binary tree over the shards' numbers.
///
/// Node (level, index) is the sum over the shards index · 2^level to (index + 1) · 2^level − 1, of those that there are: the left half
/// plus the right half. So the root has the same bits whoever summed which shards, and in whatever order they come, and any set of nodes
/// can be kept and gone on from (a checkpoint), or joined with another's (a part).
public struct ReductionTree: Sendable {
  /// A node's place.
  public struct Place: Sendable, Hashable, Comparable {
    /// How many halvings it is above the shards.
    public let level: Int
    /// Its number among those of its level.
    public let index: Int

    /// The place (`level`, `index`).
    public init(level: Int, index: Int) { (self.level, self.index) = (level, index) }

    /// The shards below it, of `count`.
    public func shards(of count: Int) -> Range<Int> {
      min(index << level, count)..<min((index + 1) << level, count)
    }

    /// Whether the shards of `other` are among its own.
    public func covers(_ other: Self) -> Bool { level >= other.level && other.index >> (level - other.level) == index }

    /// In the order of their first shards, the larger first.
    public static func < (a: Self, b: Self) -> Bool {
      (a.index << a.level, b.level) < (b.index << b.level, a.level)
    }
  }

  /// The shards in all.
  public let shards: Int
  /// The nodes that are not yet below another one.
  public private(set) var nodes: [Place: ShardSums] = [:]

  /// Of `shards` shards, none summed.
  public init(shards: Int) {
    precondition(shards > 0, "a tree over no shards")
    self.shards = shards
  }

  /// The sum over all shards; nil until all are there.
  public var root: ShardSums? { nodes.count == 1 ? nodes.first.flatMap { isRoot($0.key) ? $0.value : nil } : nil }

  /// The shards that are summed, in ascending order.
  public var summed: [Int] { nodes.keys.sorted().flatMap { Array($0.shards(of: shards)) } }

  /// Adds the sum over one shard.
  public mutating func insert(_ sums: ShardSums, shard: Int) { insert(sums, at: Place(level: 0, index: shard)) }

  /// Adds the sum of the node at `place`.
  ///
  /// - Precondition: none of its shards is summed yet.
  public mutating func insert(_ sums: ShardSums, at place: Place) {
    precondition(
      !place.shards(of: shards).isEmpty && nodes[place] == nil, "a shard that is not there, or is there already")
    var (place, sums) = (place, sums)
    while !isRoot(place) {
      let sibling = Place(level: place.level, index: place.index ^ 1)
      let parent = Place(level: place.level + 1, index: place.index / 2)
      if sibling.shards(of: shards).isEmpty {
        place = parent
      } else if var other = nodes.removeValue(forKey: sibling) {
        // To the one that nobody else holds, which needs no copy: of two numbers the sum has the same bits in either order.
        other.add(sums)
        sums = other
        place = parent
      } else {
        break
      }
    }
    nodes[place] = sums
  }

  private func isRoot(_ place: Place) -> Bool { place.index == 0 && 1 << place.level >= shards }
}
