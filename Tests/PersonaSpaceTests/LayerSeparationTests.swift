import PersonaSpace
import Statistics
import Testing

@Suite struct LayerSeparationTests {
  /// [0, 2] against [−4, −2, −6]: means 1 and −4, squares 2 and 8, pooled variance 10 / 3.
  @Test func separationIsCohensD() throws {
    let all = [
      LayerSeparation.Conversation(kept: .init(count: 2, mean: 1, squares: 2), drifted: .none),
      LayerSeparation.Conversation(
        kept: .none,
        drifted: LayerSeparation.Moments(count: 1, mean: -4, squares: 0).joined(
          .init(count: 2, mean: -4, squares: 8))),
    ]
    let found = try LayerSeparation([all], names: [["a"], ["b"]], strata: ["x", "y"], replicates: 0, seed: 0)
    #expect(abs(found.separations[0].value - 5 / (10.0 / 3).squareRoot()) < 1e-14)
    #expect(found.best == nil && found.window == nil)
  }

  @Test func momentsJoinAsIfTheyWereOne() {
    // [1, 3] and [4, 8, 6]: mean 4.4, squares 2 and 8 apart, 29.2 together.
    let joined = LayerSeparation.Moments(count: 2, mean: 2, squares: 2).joined(.init(count: 3, mean: 6, squares: 8))
    #expect(joined.count == 5 && abs(joined.mean - 4.4) < 1e-15 && abs(joined.squares - 29.2) < 1e-13)
  }

  @Test func aClassThatIsMissingHasNoSeparation() throws {
    let one = LayerSeparation.Conversation(kept: .init(count: 3, mean: 1, squares: 2), drifted: .none)
    let found = try LayerSeparation([[one]], names: [["a"]], strata: ["x"], replicates: 0, seed: 0)
    #expect(found.separations[0].value.isNaN)
  }
}
