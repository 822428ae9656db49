import Statistics
import Testing

@Suite struct QuantileTests {
  /// Those that are selected are those of the sorted values, whatever their order.
  @Test(arguments: [1, 2, 3, 10, 40, 41, 1000])
  func selectedEndsAreThoseOfSortedValues(count: Int) {
    var generator = SystemRandomNumberGenerator()
    let orders: [[Double]] = [
      (0..<count).map { _ in Double.random(in: -1...1, using: &generator) },
      (0..<count).map { _ in Double(Int.random(in: 0...3, using: &generator)) },
      (0..<count).map(Double.init), (0..<count).map { -Double($0) }, [Double](repeating: 2.5, count: count),
      (0..<count).map { Double(min($0, count - $0)) },
    ]
    for values in orders {
      for (low, high) in [(0.025, 0.975), (0.0, 1.0), (0.3, 0.3), (0.011, 0.989)] {
        let found = quantiles(values, low, high)
        #expect(found.low == quantile(values, low))
        #expect(found.high == quantile(values, high))
      }
    }
  }
}
