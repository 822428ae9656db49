/// `bytes` in hexadecimal, two digits each, with `separator` between them.
package func hexadecimal(_ bytes: some Sequence<UInt8>, separator: String = " ") -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: separator)
}

/// The number that `digits`, in ASCII, spell in base `radix`; nil if one of them is no digit, there is none, or it is too
/// large.
///
/// `Int` itself takes a sign, which no place in a file where digits are wanted may hold.
package func unsigned<Value: FixedWidthInteger>(
  _ digits: some Collection<UInt8>, radix: Int = 10, as type: Value.Type = Value.self
) -> Value? {
  guard digits.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }) else { return nil }
  return Value(String(decoding: digits, as: UTF8.self), radix: radix)
}
