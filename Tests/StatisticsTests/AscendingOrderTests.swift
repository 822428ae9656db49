import Statistics
import Testing

struct AscendingOrderTests {
  /// Values of every kind that is sorted in its own way: apart from one another, in ties, in a heap at one place, and few.
  private static let cases: [(name: String, values: [Double])] = {
    var generator = SeededGenerator(seed: 3)
    let normal = generator.gaussians(20_000)
    let cosines = normal.map { $0 / (1 + abs($0)) }
    let tied = normal.map { ($0 * 3).rounded() / 3 }
    return [
      ("cosines", cosines), ("ties", tied), ("few", Array(normal.prefix(50))),
      ("a heap and one far off", normal.map { $0 * 1e-9 } + [1e9]),
      ("of both signs of 0", tied.map { $0 == 0 ? -0.0 : $0 } + tied),
      ("all the same", [Double](repeating: 0.25, count: 9_000)),
      ("all but one the same", [Double](repeating: 1, count: 9_000) + [2]),
      ("far apart", normal.map { $0 * 1e300 }), ("infinite", normal + [.infinity, -.infinity]), ("none", []),
    ]
  }()

  @Test(arguments: cases.map(\.name))
  func itIsThatOfASortByValueAndPlace(name: String) throws {
    let values = try #require(Self.cases.first { $0.name == name }).values
    let wanted = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    #expect(ascendingOrder(of: values).map(Int.init) == wanted)
  }
}
