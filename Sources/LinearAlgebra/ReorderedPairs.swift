/// Two numbers of every pair of n things, the same either way, of two kinds of measurement of these things; and sums of products of both
/// where the things of the second are taken in another order.
///
/// A row of the second is gone through for all orders together while it is in the first cache; of the first, rows are read from their
/// start to their end. Matrices that no cache holds are else fetched anew for each order, an element here and an element there.
public struct ReorderedPairs: Sendable {
  /// The number of things.
  public let count: Int
  /// Of the first kind, pairs i < j in the order (0, 1), (0, 2), …; shape (n (n − 1) / 2).
  private let fixed: [SIMD2<Double>]
  /// Of the second kind, all, whichever of the two comes first; shape (n, n), 0 on the diagonal.
  private let moved: [SIMD2<Double>]

  /// Of two numbers of each of `count` (`count` − 1) / 2 pairs, in the order (0, 1), (0, 2), …
  public init(_ first: [SIMD2<Double>], _ second: [SIMD2<Double>], count: Int) {
    precondition(first.count == count * (count - 1) / 2 && second.count == first.count, "numbers of other pairs")
    (self.count, fixed) = (count, first)
    var (whole, place) = ([SIMD2<Double>](repeating: .zero, count: count * count), 0)
    for i in 0..<count {
      for j in stride(from: i + 1, to: count, by: 1) {
        (whole[i * count + j], whole[j * count + i]) = (second[place], second[place])
        place += 1
      }
    }
    moved = whole
  }

  /// Σ aᵢⱼ bₚ₍ᵢ₎ₚ₍ⱼ₎ over i < j for each order p of `orders`, for both numbers. The bits depend on nothing but the numbers and the order.
  ///
  /// - Complexity: O(n²) an order.
  public func sums(_ orders: [[Int]]) -> [SIMD2<Double>] {
    let count = count
    var sums = [SIMD2<Double>](repeating: .zero, count: orders.count)
    // Narrow, as all orders are read once a row.
    let all = orders.flatMap { $0.map { Int32($0) } }
    let places = orders.flatMap { Self.places($0, of: count) }
    for row in 0..<count {
      for order in orders.indices {
        sums[order] += product(row: row, all, from: order * count, after: Int(places[order * count + row]))
      }
    }
    return sums
  }

  /// Where each thing is in `order`, which has all of `count` once.
  private static func places(_ order: [Int], of count: Int) -> [Int32] {
    var places = [Int32](repeating: -1, count: count)
    for (place, thing) in order.enumerated() { places[thing] = Int32(place) }
    precondition(order.count == count && !places.contains(-1), "an order that does not have all things once")
    return places
  }

  /// The part of one thing of the second kind, which is in the place `i`, with those behind it: four sums side by side, which the
  /// processor works on together.
  private func product(row: Int, _ orders: [Int32], from start: Int, after i: Int) -> SIMD2<Double> {
    let (count, own, base) = (count, row * count, i * count - i * (i + 1) / 2 - 1 - i)
    return unsafe fixed.withUnsafeBufferPointer { a in
      unsafe moved.withUnsafeBufferPointer { b in
        unsafe orders.withUnsafeBufferPointer { order in
          func term(_ j: Int) -> SIMD2<Double> {
            let place = unsafe own + Int(order[start + j])
            return unsafe a[base + j] * b[place]
          }
          var (one, two, three, four) = (SIMD2<Double>.zero, SIMD2<Double>.zero, SIMD2<Double>.zero, SIMD2<Double>.zero)
          var j = i + 1
          while j + 4 <= count {
            one += term(j)
            two += term(j + 1)
            three += term(j + 2)
            four += term(j + 3)
            j += 4
          }
          while j < count {
            one += term(j)
            j += 1
          }
          return (one + two) + (three + four)
        }
      }
    }
  }
}
