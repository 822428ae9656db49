internal import Glibc

/// A generator of random numbers that gives the same sequence for the same seed
/// (SplitMix64: Steele, Lea and Flood, OOPSLA 2014).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The sequence of `seed`; `purpose` and `index` tell apart independent sequences of one seed.
  public init(seed: UInt64, purpose: Purpose = .unnamed, index: UInt64 = 0) {
    state = seed
    // A scrambling step for each keeps sequences of neighbouring numbers from overlapping.
    for part in [purpose.rawValue, index] { state = next() ^ part }
    state = next()
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  /// A whole number in 0..<`limit`, each as likely as any other (Lemire, ACM Transactions on Modeling and Computer
  /// Simulation 29, 2019): one multiplication in most cases.
  @usableFromInline package mutating func next(below limit: UInt32) -> UInt32 {
    var product = UInt64(UInt32(truncatingIfNeeded: next())) * UInt64(limit)
    if UInt32(truncatingIfNeeded: product) < limit {
      let threshold = (0 &- limit) % limit
      while UInt32(truncatingIfNeeded: product) < threshold {
        product = UInt64(UInt32(truncatingIfNeeded: next())) * UInt64(limit)
      }
    }
    return UInt32(product >> 32)
  }

  /// A standard normal number (Box and Muller, 1958). Its last bit is that of the machine's `log` and `cos`.
  public mutating func nextGaussian() -> Double {
    // 1 − [0, 1) is never 0, of which there is no logarithm.
    let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &self))).squareRoot()
    return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &self))
  }

  /// `count` independent standard normal numbers.
  public mutating func gaussians(_ count: Int) -> [Double] { (0..<count).map { _ in nextGaussian() } }
}
