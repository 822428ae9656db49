/// `value` with `decimals` decimals; a dash where it is nil or not finite. Zero has no sign.
package func decimal(_ value: Double?, _ decimals: Int) -> String {
  guard let value, value.isFinite else { return "–" }
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let scaled = (abs(value) * scale).rounded()
  guard scaled < 1e15 else { return value.description }
  let digits = String(Int(scaled))
  let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
  let sign = value < 0 && scaled > 0 ? "−" : ""
  return sign + padded.dropLast(decimals) + (decimals > 0 ? "." + padded.suffix(decimals) : "")
}

/// `value` with `digits` significant digits, as JSON has it; `null` where it is nil or not finite.
package func significant(_ value: Double?, _ digits: Int = 4) -> String {
  guard let value, value.isFinite else { return "null" }
  if value == 0 { return "0" }
  var (scale, size) = (1.0, abs(value))
  guard size < 1e12, size > 1e-9 else { return value.description }
  var power = digits - 1
  while size >= 10 { (size, power) = (size / 10, power - 1) }
  while size < 1 { (size, power) = (size * 10, power + 1) }
  guard power > 0 else { return String(Int(value.rounded())) }
  for _ in 0..<power { scale *= 10 }
  let whole = Int((abs(value) * scale).rounded())
  let factor = Int(scale)
  var fraction = String(whole % factor)
  fraction = String(repeating: "0", count: power - fraction.count) + fraction
  while fraction.last == "0" { fraction.removeLast() }
  return (value < 0 ? "-" : "") + String(whole / factor) + (fraction.isEmpty ? "" : "." + fraction)
}

/// A coordinate in an SVG: a tenth of a pixel is enough.
func coordinate(_ value: Double) -> String {
  guard value.isFinite, abs(value) < 1e12 else { return "0" }
  let tenths = Int((value * 10).rounded())
  let (whole, rest) = (abs(tenths) / 10, abs(tenths) % 10)
  return (tenths < 0 ? "-" : "") + (rest == 0 ? "\(whole)" : "\(whole).\(rest)")
}

/// `share` (0…1) in whole per cent, or with one decimal below ten.
package func percentage(_ share: Double?) -> String {
  guard let share, share.isFinite else { return "–" }
  return decimal(100 * share, abs(share) < 0.1 && share != 0 ? 1 : 0) + " %"
}

/// `count` things of the name `noun`.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// The first of `items`, and how many more there are.
func listed(_ items: [String], most: Int = 3) -> String {
  items.prefix(most).joined(separator: ", ") + (items.count > most ? " and \(items.count - most) more" : "")
}

/// A number with its interval of 95 %; nil where there is none.
package struct Estimated: Sendable, Equatable {
  /// The number; NaN where it is not defined.
  package let value: Double
  /// The ends of the interval; nil if there is none.
  package let low, high: Double?

  /// `value` between `low` and `high`.
  package init(_ value: Double, _ low: Double? = nil, _ high: Double? = nil) {
    (self.value, self.low, self.high) = (value, high == nil ? nil : low, low == nil ? nil : high)
  }

  /// Whether the whole interval is below 0, or above; nil where there is none.
  package var isNegative: Bool? { high.map { $0 < 0 } }
  package var isPositive: Bool? { low.map { $0 > 0 } }

  /// The number and its interval: 0.31 (0.20 to 0.42).
  package func words(_ decimals: Int) -> String { decimal(value, decimals) + range { decimal($0, decimals) } }

  /// The same as a share: 31 % (20 to 42).
  package var share: String {
    func whole(_ value: Double) -> String { decimal(100 * value, 0) }
    return percentage(value) + range(whole)
  }

  private func range(_ text: (Double) -> String) -> String {
    guard let low, let high else { return " (no interval)" }
    return " (\(text(low)) to \(text(high)))"
  }
}
