import LinearAlgebra
import Testing

struct ReorderedPairsTests {
  /// Of three things in the order 2, 0, 1: a₀₁ b₂₀ + a₀₂ b₂₁ + a₁₂ b₀₁.
  @Test func theSumByHand() {
    let first: [SIMD2<Double>] = [SIMD2(1, 10), SIMD2(2, 20), SIMD2(3, 30)]
    let second: [SIMD2<Double>] = [SIMD2(5, 1), SIMD2(7, 2), SIMD2(11, 3)]
    let pairs = ReorderedPairs(first, second, count: 3)
    let sums = pairs.sums([[2, 0, 1], [0, 1, 2]])
    // 7 + 22 + 15 and 20 + 60 + 30; as they are 5 + 14 + 33 and 10 + 40 + 90.
    #expect(sums[0] == SIMD2(44.0, 110.0))
    #expect(sums[1] == SIMD2(52.0, 140.0))
    #expect(pairs.sums([]).isEmpty)
  }

  /// Whole numbers, of which sums are exact: against the definition, for counts around the four that are summed side by side.
  @Test(arguments: [1, 2, 5, 6, 7, 8, 23])
  func theSumOverPairs(count: Int) {
    func number(_ i: Int, _ j: Int, _ factor: Int) -> Double { Double((i + j + i * j * factor) % 17) }
    func triangle(_ factor: Int) -> [SIMD2<Double>] {
      var pairs: [SIMD2<Double>] = []
      for i in 0..<count {
        for j in 0..<count where j > i { pairs.append(SIMD2(number(i, j, factor), number(i, j, factor + 1))) }
      }
      return pairs
    }
    let step = count % 3 == 0 ? 5 : 3
    let orders = [Array((0..<count).reversed()), (0..<count).map { $0 * step % count }]
    let found = ReorderedPairs(triangle(2), triangle(5), count: count).sums(orders)
    for (order, sum) in zip(orders, found) {
      var wanted = SIMD2<Double>.zero
      for i in 0..<count {
        for j in 0..<count where j > i {
          wanted[0] += number(i, j, 2) * number(order[i], order[j], 5)
          wanted[1] += number(i, j, 3) * number(order[i], order[j], 6)
        }
      }
      #expect(sum == wanted)
    }
  }

  @Test func anOrderWithoutAllThingsIsAMistake() async {
    await #expect(processExitsWith: .failure) {
      _ = ReorderedPairs([SIMD2(1.0, 1.0)], [SIMD2(1.0, 1.0)], count: 2).sums([[0, 2]])
    }
    await #expect(processExitsWith: .failure) {
      _ = ReorderedPairs([SIMD2(1.0, 1.0)], [SIMD2(1.0, 1.0)], count: 2).sums([[0, 0]])
    }
    await #expect(processExitsWith: .failure) { _ = ReorderedPairs([SIMD2(1.0, 1.0)], [], count: 2) }
  }
}
