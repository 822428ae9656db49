import Testing

@testable import Reports

struct LinearScaleTests {
  @Test func aScaleIsLinearAndEndsWhereItShould() {
    let scale = LinearScale(-1, 3, to: 100, 20)
    #expect(scale(-1) == 100)
    #expect(scale(3) == 20)
    #expect(scale(1) == 60)
    #expect(scale.clamped(9) == 20)
    #expect(scale.holds(3) && !scale.holds(3.1))
  }

  @Test(arguments: [
    (0.0, 1.0, 5, [0, 0.2, 0.4, 0.6, 0.8, 1.0], 1),
    (-1.3, 0.4, 4, [-1, -0.5, 0], 1),
    (0.0, 37.0, 6, [0, 5, 10, 15, 20, 25, 30, 35], 0),
    (0.0, 0.004, 4, [0, 0.001, 0.002, 0.003, 0.004], 3),
    (950.0, 1050.0, 5, [960, 980, 1000, 1020, 1040], 0),
  ])
  func ticksAreRoundNumbersInside(lower: Double, upper: Double, count: Int, wanted: [Double], decimals: Int) {
    let scale = LinearScale(lower, upper, to: 0, 100)
    let ticks = scale.ticks(about: count)
    #expect(ticks.count == wanted.count)
    for (tick, value) in zip(ticks, wanted) { #expect(abs(tick - value) < 1e-9 * max(1, abs(value))) }
    #expect(scale.decimals(about: count) == decimals)
  }

  @Test func zeroAmongTheTicksHasNoSign() {
    for tick in LinearScale(-1, 1, to: 0, 100).ticks() where tick == 0 { #expect(tick.sign == .plus) }
  }

  @Test(arguments: [(2.0, 2.0), (.nan, 1.0), (0, .infinity), (5, 1)])
  func endsThatAreNoRangeAreSetApart(lower: Double, upper: Double) {
    let scale = LinearScale(lower, upper, to: 0, 100)
    #expect(scale.upper > scale.lower)
    #expect(scale(lower.isFinite ? lower : upper).isFinite)
    #expect(scale.ticks().allSatisfy(\.isFinite))
  }

  @Test func aScaleOfNumbersHoldsThemAllAndPassesOverWhatIsNotFinite() {
    let scale = LinearScale([0.3, .nan, -0.2, .infinity], holding: [0, 1], to: 0, 100)
    #expect(scale.holds(-0.2) && scale.holds(1) && scale.upper < 1.2)
    #expect(LinearScale([], to: 0, 100).ticks().count > 1)
  }
}
