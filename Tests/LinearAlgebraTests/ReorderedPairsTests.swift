import LinearAlgebra
import Testing

struct ReorderedPairsTests {
  /// Of three things in the order 2, 0, 1: a₀₁ b₂₀ + a₀₂ b₂₁ + a₁₂ b₀₁.
  @Test func theSumByHand() {
    let pairs = ReorderedPairs([[1, 10], [2, 20], [3, 30]], [[5, 1], [7, 2], [11, 3]], count: 3)
    #expect(pairs.sums([[2, 0, 1], [0, 1, 2]]) == [[7 + 22 + 15, 20 + 60 + 30], [5 + 14 + 33, 10 + 40 + 90]])
    #expect(pairs.sums([]).isEmpty)
  }

  /// Whole numbers, of which sums are exact: against the definition, for counts around the four that are summed side by side.
  @Test(arguments: [1, 2, 5, 6, 7, 8, 23])
  func theSumOverPairs(count: Int) {
    func number(_ i: Int, _ j: Int, _ factor: Int) -> Double { Double((i + j + i * j * factor) % 17) }
    func triangle(_ factor: Int) -> [SIMD2<Double>] {
      (0..<count).flatMap { i in
        (i..<count).dropFirst().map { j in SIMD2(number(i, j, factor), number(i, j, factor + 1)) }
      }
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
    await #expect(processExitsWith: .failure) { _ = ReorderedPairs([[1, 1]], [[1, 1]], count: 2).sums([[0, 2]]) }
    await #expect(processExitsWith: .failure) { _ = ReorderedPairs([[1, 1]], [[1, 1]], count: 2).sums([[0, 0]]) }
    await #expect(processExitsWith: .failure) { _ = ReorderedPairs([[1, 1]], [], count: 2) }
  }
}
