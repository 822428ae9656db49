import Files
import Testing

@Suite struct JSONKeysTests {
  private struct Summary: Encodable {
    let cosAxisPC1WithoutMassive, randomNull95, pc1VarianceRatio, r2Low, noiseSD, onlyA: Double
    let shares: [String: Double]
    let rows: [Row]
  }

  private struct Row: Encodable {
    let comeBackHigh: Double
  }

  @Test func keysAreThoseOfColumns() throws {
    let summary = Summary(
      cosAxisPC1WithoutMassive: 1, randomNull95: 2, pc1VarianceRatio: 3, r2Low: 4, noiseSD: 5, onlyA: 6,
      shares: ["aName": 7], rows: [Row(comeBackHigh: 8)])
    let text = try encodeJSON(summary, pretty: false, keys: .ofColumns)
    // Keys of a dictionary are data, and stay.
    #expect(
      text
        == #"{"cos_axis_pc1_without_massive":1,"noise_sd":5,"only_a":6,"pc1_variance_ratio":3,"r2_low":4,"random_null_95":2,"rows":[{"come_back_high":8}],"shares":{"aName":7}}"#
    )
  }

  @Test func otherwiseKeysAreThoseOfProperties() throws {
    #expect(try encodeJSON(Row(comeBackHigh: 8), pretty: false) == #"{"comeBackHigh":8}"#)
  }
}
