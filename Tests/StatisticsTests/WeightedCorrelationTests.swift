import Statistics
import Testing

struct WeightedCorrelationTests {
  /// The definition: both lists written out, ranks by counting, and their product-moment correlation.
  private func writtenOut(_ x: [Double], _ y: [Double], _ weights: [Int]) -> Double {
    func copies(_ values: [Double]) -> [Double] {
      zip(values, weights).flatMap { [Double](repeating: $0, count: $1) }
    }
    func ranks(_ values: [Double]) -> [Double] {
      values.map { own in
        Double(values.count { $0 < own }) + Double(values.count { $0 == own } + 1) / 2
      }
    }
    return pearsonCorrelation(ranks(copies(x)), ranks(copies(y)))
  }

  /// With ties in both lists, weights of 0 and of more than 1, for the few and the many values that are sorted in different ways.
  @Test(arguments: [2, 7, 40, 600])
  func ofTheListsWrittenOut(count: Int) {
    var generator = SeededGenerator(seed: 3, index: UInt64(count))
    for tied in [false, true] {
      let x = generator.gaussians(count).map { tied ? ($0 * 2).rounded() : $0 }
      let y = zip(x, generator.gaussians(count)).map { tied ? (($0 + $1) * 2).rounded() : $0 + $1 }
      let weights = (0..<count).map { ($0 * 7 + 1) % 4 }
      let wanted = writtenOut(x, y, weights)
      let found = spearmanCorrelation(x, y, weights: weights.map(Double.init))
      #expect(wanted.isNaN ? found.isNaN : abs(found - wanted) < 1e-12, "\(count), ties: \(tied)")
    }
  }

  /// As many values as are sorted by steps: a list against itself, reversed, and against one that rises and falls.
  @Test func ofManyValues() {
    let count = 10_001
    let x = (0..<count).map { Double($0) }
    let weights = (0..<count).map { Double(1 + $0 % 3) }
    #expect(abs(spearmanCorrelation(x, x.map { $0 * $0 }, weights: weights) - 1) < 1e-12)
    #expect(abs(spearmanCorrelation(x, x.map { -$0 }, weights: weights) + 1) < 1e-12)
    let ones = [Double](repeating: 1, count: count)
    #expect(abs(spearmanCorrelation(x, x.map { abs($0 - 5000) }, weights: ones)) < 1e-12)
  }

  @Test func whereThereIsNone() {
    let weights = [0.1, 0.2, 0.3]
    #expect(spearmanCorrelation([1, 1, 1], [1, 2, 3], weights: weights).isNaN)
    #expect(spearmanCorrelation([1, 2, 3], [2, 2, 2], weights: weights).isNaN)
    #expect(spearmanCorrelation([1, .nan, 3], [1, 2, 3], weights: weights).isNaN)
    #expect(spearmanCorrelation([], [], weights: []).isNaN)
  }
}
