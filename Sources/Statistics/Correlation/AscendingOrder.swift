/// The indices of `values`, smallest value first, equal ones in their order; none is NaN.
///
/// - Complexity: O(n).
package func ascendingOrder(of values: [Double]) -> [UInt32] { AscendingOrder(values).order }

/// Values in ascending order.
///
/// Millions of pairs of roles are sorted for each of a thousand samples. Values are sorted by how far they lie between the least and the
/// largest, in steps of 2⁻³² of that, where hardly any two are in one step, as cosines are; else by their bits, eleven at a time (radix sort:
/// Knuth, The Art of Computer Programming, vol. 3, section 5.2.5). Both give the same order.
struct AscendingOrder {
  /// The indices of the values, smallest value first, equal ones in their order.
  let order: [UInt32]
  /// The places of `order` that hold equal values, where they are more than one, in their order.
  let ties: [Range<Int>]

  /// Of `values`, none of which is NaN.
  ///
  /// - Complexity: O(n).
  init(_ values: [Double]) {
    if let found = AscendingOrder(bySteps: values) {
      self = found
    } else {
      let order = radixSorted(values)
      self.init(order: order, ties: Self.ties(0..<order.count) { values[Int(order[$0])] })
    }
  }

  private init(order: [UInt32], ties: [Range<Int>]) { (self.order, self.ties) = (order, ties) }

  /// The parts of `places`, whose values ascend, that hold one value more than once.
  private static func ties(_ places: Range<Int>, _ value: (Int) -> Double) -> [Range<Int>] {
    var (ties, start) = ([Range<Int>](), places.lowerBound)
    while start < places.upperBound {
      var end = start + 1
      let own = value(start)
      while end < places.upperBound, value(end) == own { end += 1 }
      if end > start + 1 { ties.append(start..<end) }
      start = end
    }
    return ties
  }
}

/// Fewer values are not worth a table of places.
private let leastStepped = 4096
/// The most different values that one step may hold.
private let mostInStep = 256

extension AscendingOrder {
  /// By steps; nil if values are few, or too many of them are in one step.
  fileprivate init?(bySteps values: [Double]) {
    guard values.count >= leastStepped, var keys = Self.keys(values), Self.sort(&keys) else { return nil }
    var (ties, start) = ([Range<Int>](), 0)
    while start < keys.count {
      let step = keys[start] >> 32
      var end = start + 1
      while end < keys.count, keys[end] >> 32 == step { end += 1 }
      if end > start + 1 {
        func value(_ place: Int) -> Double { values[Int(keys[place] & 0xFFFF_FFFF)] }
        let first = value(start)
        if !(start..<end).allSatisfy({ value($0) == first }) {
          guard end - start <= mostInStep else { return nil }
          // In ascending order of index by now, which a stable order keeps.
          let sorted = (start..<end).sorted { (value($0), $0) < (value($1), $1) }.map { keys[$0] }
          keys.replaceSubrange(start..<end, with: sorted)
        }
        ties += Self.ties(start..<end, value)
      }
      start = end
    }
    self.init(order: keys.map { UInt32(truncatingIfNeeded: $0) }, ties: ties)
  }

  /// Of each value its step, and below that its index; nil if there are no steps.
  private static func keys(_ values: [Double]) -> [UInt64]? {
    var (least, most) = (values[0], values[0])
    for value in values {
      if value < least { least = value }
      if value > most { most = value }
    }
    let scale = Double(UInt32.max - 1) / (most - least)
    guard most > least, scale.isFinite, scale > 0 else { return nil }
    // Subtraction and multiplication never reverse an order, so that no value is above one in a higher step.
    var keys = [UInt64](repeating: 0, count: values.count)
    for i in 0..<values.count {
      let step = UInt64(bitPattern: Int64((values[i] - least) * scale))
      keys[i] = step << 32 | UInt64(truncatingIfNeeded: i)
    }
    return keys
  }

  /// Sorts `keys` by their first 24 bits, eight at a time, and what is left of disorder by insertion; false if that is too much.
  private static func sort(_ keys: inout [UInt64]) -> Bool {
    let count = keys.count
    // Where the next key of each digit goes, for one digit after the other.
    var places = [Int](repeating: 0, count: 3 * 256)
    for key in keys {
      places[Int(truncatingIfNeeded: key >> 40 & 255)] += 1
      places[256 + Int(truncatingIfNeeded: key >> 48 & 255)] += 1
      places[512 + Int(truncatingIfNeeded: key >> 56)] += 1
    }
    var other = [UInt64](repeating: 0, count: count)
    for pass in 0..<3 {
      let (first, shift) = (256 * pass, UInt64(40 + 8 * pass))
      var sum = 0
      for digit in first..<first + 256 { (places[digit], sum) = (sum, sum + places[digit]) }
      for key in keys {
        let digit = first + Int(truncatingIfNeeded: key >> shift & 255)
        other[places[digit]] = key
        places[digit] += 1
      }
      swap(&keys, &other)
    }
    var left = 8 * count
    for i in 1..<count {
      let key = keys[i]
      var j = i
      while j > 0, keys[j - 1] > key {
        keys[j] = keys[j - 1]
        j -= 1
      }
      guard j < i else { continue }
      keys[j] = key
      left -= i - j
      if left < 0 { return false }
    }
    return true
  }
}

private func radixSorted(_ values: [Double]) -> [UInt32] {
  let count = values.count
  var keys = [UInt64](repeating: 0, count: count)
  for i in 0..<count {
    // The order of doubles is that of their bits, of negative ones reversed; −0 is 0.
    let bits = (values[i] + 0).bitPattern
    keys[i] = bits >> 63 == 0 ? bits | 1 << 63 : ~bits
  }
  var order = [UInt32](repeating: 0, count: count)
  for i in 0..<count { order[i] = UInt32(truncatingIfNeeded: i) }
  var next = order
  for shift in stride(from: UInt64(0), to: 64, by: 11) {
    var places = [Int](repeating: 0, count: 2048)
    for i in 0..<count { places[Int(truncatingIfNeeded: keys[i] >> shift & 2047)] += 1 }
    if places.contains(count) { continue }
    var sum = 0
    for digit in 0..<2048 { (places[digit], sum) = (sum, sum + places[digit]) }
    for i in 0..<count {
      let index = order[i]
      let digit = Int(truncatingIfNeeded: keys[Int(index)] >> shift & 2047)
      next[places[digit]] = index
      places[digit] += 1
    }
    swap(&order, &next)
  }
  return order
}
