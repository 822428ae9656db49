import Analyses
import Testing

@Suite struct AnalysisTablesTests {
  /// The interface has these columns first, in this order.
  @Test func columnsAreListedFromTheDeclarationsOfTheTables() throws {
    let turns = try #require(AnalysisTables.all.first { $0.files == ["turns.csv"] })
    #expect(
      turns.columns.map(\.name) == [
        "conversation", "domain", "condition", "sample", "turn", "speaker", "layer", "tokens", "axis_projection",
        "axis_position", "axis_distance", "off_axis_distance", "cosine", "persona", "reading_error", "persona_note",
        "off_axis_ratio", "baseline_position", "conversation_turns",
      ])
    let layers = try #require(AnalysisTables.all.first { $0.files == ["layers.csv"] })
    #expect(
      layers.columns.map(\.name).starts(with: [
        "layer", "roles", "hidden_size", "axis_norm", "cos_axis_pc1", "cos_axis_pc1_low", "cos_axis_pc1_high",
      ]))
  }
}
