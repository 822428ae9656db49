import Dumps
import Testing

@Suite struct LayerSliceTests {
  @Test func rowsThatFollowOneAnotherStayTogether() {
    let slices = LayerSlice.divided([2, 3, 4, 7, 8, 11], most: 100)
    #expect(slices.map(\.rows) == [2..<5, 7..<9, 11..<12])
    #expect(slices.map(\.places) == [0..<3, 3..<5, 5..<6])
  }

  @Test func noSliceHasMoreThanTheMost() {
    #expect(LayerSlice.divided(Array(0..<5), most: 2).map(\.rows) == [0..<2, 2..<4, 4..<5])
    #expect(LayerSlice.divided([1, 2, 3, 5, 6], most: 2).map(\.rows) == [1..<3, 3..<4, 5..<7])
    #expect(LayerSlice.divided([4, 5], most: 1).map(\.places) == [0..<1, 1..<2])
  }

  @Test func noRowsAreNoSlices() { #expect(LayerSlice.divided([], most: 3).isEmpty) }
}
