internal import Glibc

/// A linear map of numbers to coordinates.
package struct LinearScale: Sendable, Equatable {
  /// The numbers at the two ends; the upper is above the lower.
  package let lower, upper: Double
  /// The coordinates that they go to.
  package let start, end: Double

  /// Numbers from `lower` to `upper` on `start` to `end`. Ends that are the same, or not finite, are set apart by 1.
  package init(_ lower: Double, _ upper: Double, to start: Double, _ end: Double) {
    let isUsable = lower.isFinite && upper.isFinite && upper - lower > 1e-12 * max(abs(lower), abs(upper))
    let centre = lower.isFinite ? lower : upper.isFinite ? upper : 0
    (self.lower, self.upper) = isUsable ? (lower, upper) : (centre - 0.5, centre + 0.5)
    (self.start, self.end) = (start, end)
  }

  /// All of `values` that are finite, and a little more at both ends; `holding` as well.
  package init(_ values: [Double], holding: [Double] = [], margin: Double = 0.04, to start: Double, _ end: Double) {
    let known = (values + holding).filter(\.isFinite)
    let (least, most) = (known.min() ?? 0, known.max() ?? 1)
    let pad = (most - least) * margin
    self.init(least - pad, most + pad, to: start, end)
  }

  /// The coordinate of `value`.
  package func callAsFunction(_ value: Double) -> Double {
    start + (value - lower) / (upper - lower) * (end - start)
  }

  /// The coordinate of `value`, moved to the nearer end if it lies outside.
  package func clamped(_ value: Double) -> Double { self(min(max(value, lower), upper)) }

  /// Whether `value` lies between the ends.
  package func holds(_ value: Double) -> Bool { value >= lower && value <= upper }

  /// The round numbers between the ends, 1, 2 or 5 times a power of ten apart: about `count` of them.
  package func ticks(about count: Int = 5) -> [Double] {
    let step = step(about: count)
    guard step > 0, step.isFinite else { return [] }
    let (first, last) = ((lower / step - 1e-9).rounded(.up), (upper / step + 1e-9).rounded(.down))
    guard last - first < 1000, first <= last else { return [] }
    return stride(from: first, through: last, by: 1).map { $0 * step + 0 }
  }

  /// The decimals that tell its ticks apart.
  package func decimals(about count: Int = 5) -> Int {
    let step = step(about: count)
    return step > 0 && step.isFinite ? min(9, max(0, Int(-floor(log10(step) + 1e-9)))) : 0
  }

  private func step(about count: Int) -> Double {
    let rough = (upper - lower) / Double(max(count, 1))
    let power = pow(10, floor(log10(rough)))
    let rest = rough / power
    return power * (rest < 1.5 ? 1 : rest < 3.5 ? 2 : rest < 7.5 ? 5 : 10)
  }
}
