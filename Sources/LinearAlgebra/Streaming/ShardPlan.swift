/// How the rows of a matrix are divided into virtual shards, and these into blocks: by their number alone, so that sums over them have
/// the same bits on any machine.
public struct ShardPlan: Sendable, Equatable {
  /// Rows that are summed by one task.
  public static let chunk = 512
  /// Rows whose products are taken in single precision before they are added up in double precision.
  public static let block = 8 * chunk
  /// Shards are not smaller than this, where there are rows for more than one.
  static let fewest = 8192
  /// There are at most so many shards. More of them would be more sums to keep, one for each halving.
  static let most = 1024

  /// The rows in all.
  public let rows: Int
  /// The rows of a shard, the last one's aside.
  public let size: Int

  /// Of `rows` rows.
  public init(rows: Int) {
    precondition(rows > 0, "shards of no rows")
    self.rows = rows
    var count = 1
    while count < Self.most, rows / (2 * count) >= Self.fewest { count *= 2 }
    let each = (rows + count - 1) / count
    size = (each + Self.chunk - 1) / Self.chunk * Self.chunk
  }

  /// The number of shards.
  public var count: Int { (rows + size - 1) / size }

  /// The rows of a shard.
  public func rows(of shard: Int) -> Range<Int> { shard * size..<min((shard + 1) * size, rows) }

  /// The blocks of a shard: its rows, `block` at a time.
  public func blocks(of shard: Int) -> [Range<Int>] { Self.divided(rows(of: shard), by: Self.block) }

  /// The chunks of some rows: `size` at a time.
  public static func chunks(of rows: Range<Int>, size: Int = chunk) -> [Range<Int>] { divided(rows, by: size) }

  private static func divided(_ rows: Range<Int>, by size: Int) -> [Range<Int>] {
    stride(from: rows.lowerBound, to: rows.upperBound, by: size).map { $0..<min($0 + size, rows.upperBound) }
  }
}
