import LinearAlgebra
import Testing

struct ReorderingTests {
  /// 1 · 50 + 2 · 30 + 3 · 10 + 4 · 20 + 5 · 40, of lists that begin elsewhere.
  @Test func theProductByHand() {
    let reordering = Reordering([4, 2, 0, 1, 3])
    let (a, b): ([Double], [Double]) = ([9, 1, 2, 3, 4, 5], [7, 7, 10, 20, 30, 40, 50])
    #expect(reordering.product(a, from: 1, b, from: 2, over: 0..<5) == 50 + 60 + 30 + 80 + 200)
    #expect(reordering.product(a, from: 1, b, from: 2, over: 1..<3) == 60 + 30)
    #expect(reordering.product(a, from: 1, b, from: 2, over: 5..<5) == 0)
  }

  @Test func placesBeyondTheListAreAMistake() async {
    await #expect(processExitsWith: .failure) { _ = Reordering([0, 2]) }
    await #expect(processExitsWith: .failure) {
      _ = Reordering([1, 0]).product([1, 2], from: 0, [3], from: 0, over: 0..<1)
    }
  }
}
