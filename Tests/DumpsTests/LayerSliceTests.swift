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

  /// A sparse file of 2⁶⁰ bytes.
  @Test func theShareOfALongFileIsANumber() {
    let slice = LayerSlice.divided(Array(0..<32), most: 32)[0]
    #expect(slice.share(of: 1 << 60, rows: 32, responses: 200) == 5_764_607_523_034_234)
    #expect(slice.share(of: .max, rows: 32, responses: 1) == .max)
    // As the plain formula where that holds.
    for bytes in [0, 1, 999, 123_457] {
      #expect(slice.share(of: bytes, rows: 48, responses: 7) == bytes * 32 / (48 * 7))
    }
  }

  @Test func noRowsAreNoSlices() { #expect(LayerSlice.divided([], most: 3).isEmpty) }
}
