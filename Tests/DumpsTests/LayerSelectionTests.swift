import Dumps
import Testing

@Suite struct LayerSelectionTests {
  @Test func readsNumbersRangesAndLists() throws {
    #expect(try #require(LayerSelection("16")).indices(in: Array(0..<32)) == [16])
    #expect(try #require(LayerSelection("8:11")).indices(in: Array(0..<32)) == [8, 9, 10])
    #expect(try #require(LayerSelection("3,0:2")).indices(in: [0, 1, 2, 3]) == [0, 1, 3])
    #expect(try #require(LayerSelection("all")).indices(in: [5, 9]) == [0, 1])
    // By number, not by row: these rows are layers 28 to 31.
    #expect(try #require(LayerSelection("30:32")).indices(in: [28, 29, 30, 31]) == [2, 3])
    #expect(try #require(LayerSelection("-1:1")).numbers == [-1, 0])
  }

  @Test(arguments: ["", "a", "4:4", "5:3", "1,,2", "1:2:3", "1.5"]) func refuses(text: String) {
    #expect(LayerSelection(text) == nil)
  }

  @Test func aLayerThatIsNotThereIsNamed() throws {
    let error = #expect(throws: LayerFault.self) { try LayerSelection("40")?.indices(in: Array(0..<32)) }
    #expect(try #require(error).explanation == "there is no layer 40; the layers are 0 to 31")
  }
}
