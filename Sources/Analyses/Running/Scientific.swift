/// `value` with two digits and its power of ten, as in 1.8e-6; for messages.
package func scientific(_ value: Double) -> String {
  guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
  var (mantissa, exponent) = (value, 0)
  while abs(mantissa) >= 9.95 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
  while abs(mantissa) < 0.995 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
  let tenths = Int((abs(mantissa) * 10).rounded())
  let digits = tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  return "\(value < 0 ? "-" : "")\(digits)\(exponent == 0 ? "" : "e\(exponent)")"
}
