import PersonaSpace
import Statistics
import Testing

/// Parts of the variance, flips and the interval of a share by hand.
@Suite struct StateSpreadTests {
  private let prompts = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]
  private let questions = [0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2]
  private let values: [Double] = [1, 3, 2, 4, 6, 8, 3, 5, 8, 10, 7, 9]

  /// Mean squares 27, 21, 7 and 2: (27 − 7) / 6, (21 − 7) / 4, 2, and (7 − 2) / 2 + 2.
  @Test func aBalancedTableIsTheAnalysisOfVariance() throws {
    let spread = try StateSpread(of: values, questions: questions, prompts: prompts)
    #expect(abs(try spread.prompt.get() - 10.0 / 3) < 1e-12)
    #expect(abs(try spread.question.get() - 3.5) < 1e-12)
    #expect(abs(try spread.run.get() - 2) < 1e-12)
    #expect(abs(try spread.rest.get() - 4.5) < 1e-12)
    let less = try StateSpread(of: values, questions: questions, prompts: prompts, questionError: 0.5)
    #expect(abs(try less.question.get() - 3) < 1e-12 && less.prompt == spread.prompt)
  }

  /// Cell means 2 3 7 and 4 9 8: mean squares 13.5, 10.5 and 3.5 of them.
  @Test func withoutRunsTheRestIsOne() throws {
    let spread = try StateSpread(of: [2, 3, 7, 4, 9, 8], questions: [0, 1, 2, 0, 1, 2], prompts: [0, 0, 0, 1, 1, 1])
    #expect(abs(try spread.prompt.get() - 10.0 / 3) < 1e-12)
    #expect(abs(try spread.question.get() - 3.5) < 1e-12)
    #expect(abs(try spread.rest.get() - 3.5) < 1e-12)
    #expect(spread.run == .failure(StateSpread.Missing(reason: .oneRun)))
  }

  @Test func flipsByHand() {
    let home = [1, 0.9, 0.2, 0.1, 0, 0.3]
    let flips = StateFlips(home: home, questions: [0, 0, 0, 1, 1, 0], prompts: [0, 0, 0, 0, 0, 1])
    // Of three runs two pairs differ; of two none; one run has no pair.
    #expect(flips.pairs == 4 && flips.differing == 2 && flips.share == 0.5)
    #expect(StateFlips(home: home, questions: [0, 0, 0, 1, 1, 0], prompts: nil).share == nil)
  }

  /// Wilson's interval of 20 in 100 is .1334 to .2888, of 0 in 100 is 0 to .0370.
  @Test func aShareOfIndependentAnswersHasWilsonsInterval() {
    let interval = Interval(share: 0.2, of: 100, deviation: 0.04, clusters: 1_000_000)
    #expect(abs(interval.low - 0.13337) < 1e-4 && abs(interval.high - 0.28883) < 1e-4)
    let none = Interval(share: 0, of: 100, deviation: 0.01, clusters: 1_000_000)
    #expect(none.low == 0 && none.high > 0.03 && none.high < 0.09)
    let few = Interval(share: 0.2, of: 100, deviation: 0.04, clusters: 6)
    #expect(few.low < interval.low && few.high > interval.high)
  }
}
