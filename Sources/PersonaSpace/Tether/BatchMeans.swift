internal import Glibc

/// The standard error of a turn's mean from its tokens as they come: means of blocks of ⌊√n⌋ of n tokens each, one after the other
/// without a gap; tokens behind the last whole block are left out (Law, Simulation Modeling and Analysis, section 9.5.3).
///
/// Tokens that follow one another have much in common, so that they are no independent readings; blocks are about that, of all but
/// the shortest turns.
public struct BatchMeans: Sendable, Equatable {
  /// Turns of fewer blocks have no error: it would be known to a factor of two at best.
  public static let leastBlocks = 4

  private let length: Int
  private let count: Int
  private var sum = 0.0
  private var inBlock = 0
  private var means: [Double] = []

  /// Of a turn of `tokens` tokens.
  public init(tokens: Int) {
    var length = Int(Double(tokens).squareRoot())
    // The root of a whole number may be rounded up to the next.
    while length * length > tokens { length -= 1 }
    self.length = max(length, 1)
    count = tokens / self.length
  }

  /// The next token's number.
  public mutating func add(_ value: Double) {
    guard means.count < count else { return }
    sum += value
    inBlock += 1
    guard inBlock == length else { return }
    means.append(sum / Double(length))
    (sum, inBlock) = (0, 0)
  }

  /// The standard error of the mean of all, in the unit of the numbers; NaN of fewer than `leastBlocks` blocks.
  public var standardError: Double {
    means.count >= Self.leastBlocks ? ReadingError.deviation(ofBlocks: means) : .nan
  }
}
