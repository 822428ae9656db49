/// The mean that the reference pipeline has: `torch.stack(rows).mean(dim=0)` of bfloat16 on a CPU, bit for bit.
///
/// PyTorch widens to float, sums in floats in a cascade of four levels, divides by the count and rounds to bfloat16 once
/// (ATen, native/cpu/SumKernel.cpp, `multi_row_sum`, and native/ReduceOps.cpp, `mean`). Its sums err by about
/// 10⁻⁷ of what is summed, and its result by 2⁻⁹.
public struct BFloat16Mean: Sendable {
  private static let levels = 4
  /// Bytes held for each column.
  public static let bytesPerColumn = levels * MemoryLayout<Float>.size

  private let size: Int
  private let columns: Int
  private let levelPower: Int
  private var done = 0
  /// Level after level, a sum for each column.
  private var sums: [Float]

  /// Of `count` rows of `columns` columns.
  public init(count: Int, columns: Int) {
    (size, self.columns) = (count, columns)
    let logarithm = count <= 2 ? 1 : Int.bitWidth - (count - 1).leadingZeroBitCount
    levelPower = max(4, logarithm / Self.levels)
    sums = [Float](repeating: 0, count: Self.levels * columns)
  }

  /// Adds the next `rows` rows, little-endian bfloat16 one after the other.
  public mutating func add(_ bytes: [UInt8], rows: Int) {
    precondition(bytes.count >= 2 * rows * columns && done + rows <= size, "rows and bytes do not match")
    for row in 0..<rows {
      unsafe bytes.withUnsafeBytes { raw in
        unsafe sums.withUnsafeMutableBufferPointer { sums in
          for j in 0..<columns {
            let bits = unsafe UInt16(
              littleEndian: raw.loadUnaligned(fromByteOffset: 2 * (row * columns + j), as: UInt16.self))
            unsafe sums[j] += Float(bitPattern: UInt32(bits) << 16)
          }
        }
      }
      done += 1
      if done & (1 << levelPower - 1) == 0 { carry() }
    }
  }

  /// Passes full levels on to the next.
  private mutating func carry() {
    let mask = 1 << levelPower - 1
    for level in 1..<Self.levels {
      add(level - 1, to: level)
      for j in 0..<columns { sums[(level - 1) * columns + j] = 0 }
      if done & mask << (level * levelPower) != 0 { return }
    }
  }

  private mutating func add(_ from: Int, to level: Int) {
    for j in 0..<columns { sums[level * columns + j] += sums[from * columns + j] }
  }

  /// The means, which bfloat16 holds exactly; NaN where a value was, shape (columns).
  ///
  /// - Precondition: all rows were added.
  public mutating func means() -> [Double] {
    precondition(done == size, "rows are missing")
    for level in 1..<Self.levels { add(level, to: 0) }
    return (0..<columns).map { j in
      let bits = (sums[j] / Float(size)).bitPattern
      if sums[j].isNaN { return .nan }
      // To the nearest, ties to even.
      return Double(Float(bitPattern: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) & 0xFFFF_0000))
    }
  }
}
