import PersonaSpace
import Statistics
import Testing

/// Ratios by hand.
@Suite struct CapForecastTests {
  private func forecast(_ moved: [[Double]], _ told: [[Double]], origin: [[Double]]?) throws -> CapForecast {
    try CapForecast(
      moved.indices.map { place in
        CapForecast.Conversation(
          before: moved[place].map { _ in 1 }, simulated: told[place].map { 1 + $0 },
          measured: moved[place].map { 1 + $0 }, origin: origin?[place])
      }, names: moved.indices.map { ["\($0)"] }, replicates: 0, seed: 0)
  }

  @Test func sharesAreOfSumsOverTurns() throws {
    let found = try forecast([[1, 3], [4]], [[0.5, 1], [0.5]], origin: [[2, 6], [8]])
    #expect(found.turns == 3 && abs(found.measured.value - 8.0 / 3) < 1e-15)
    #expect(found.foretold.value == 0.25 && found.arriving.value == 0.5)
    #expect(abs(found.error - 2) < 1e-15)
  }

  @Test func ofNoEffectThereIsNoShare() throws {
    let found = try forecast([[0, 0], [0]], [[0.5, 1], [0.5]], origin: nil)
    #expect(found.measured.value == 0 && found.foretold.value.isNaN && found.arriving.value.isNaN)
    #expect(found.correlation.isNaN)
  }
}
