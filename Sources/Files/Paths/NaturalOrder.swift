/// Whether `a` comes before `b` in the order in which people number files: digits compare as numbers, so that
/// `turn_10` follows `turn_9`.
package func naturallyPrecedes(_ a: String, _ b: String) -> Bool {
  var (rest, other) = (a.unicodeScalars[...], b.unicodeScalars[...])
  func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
  while let x = rest.first, let y = other.first {
    if isDigit(x), isDigit(y) {
      let (m, n) = (rest.prefix(while: isDigit), other.prefix(while: isDigit))
      let (u, v) = (m.drop { $0 == "0" }, n.drop { $0 == "0" })
      if u.count != v.count { return u.count < v.count }
      if !u.elementsEqual(v) { return u.lexicographicallyPrecedes(v) }
      (rest, other) = (rest.dropFirst(m.count), other.dropFirst(n.count))
    } else {
      if x != y { return x < y }
      (rest, other) = (rest.dropFirst(), other.dropFirst())
    }
  }
  return rest.isEmpty && !other.isEmpty
}
