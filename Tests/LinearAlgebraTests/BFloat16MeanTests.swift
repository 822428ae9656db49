import LinearAlgebra
import Testing

@Suite struct BFloat16MeanTests {
  private func mean(_ rows: [[UInt16]]) -> [Double] {
    var mean = BFloat16Mean(count: rows.count, columns: rows[0].count)
    for row in rows { mean.add(row.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }, rows: 1) }
    return mean.means()
  }

  /// 0x3F80 is 1, 0x4000 is 2, 0x3F81 is 1 + 2⁻⁷. The mean of the last two columns lies half-way between two bfloat16s: it goes
  /// to the even one.
  @Test func roundsOnceToTheNearest() {
    #expect(mean([[0x3F80, 0x3F80, 0x3F81], [0x4000, 0x3F81, 0x3F82]]) == [1.5, 1, 1.015625])
    #expect(mean([[0x7FC0], [0x3F80]])[0].isNaN)
    #expect(mean([[0x7F80], [0x3F80]]) == [.infinity])
  }

  /// Ones added to a large number in float one after the other would be lost; the cascade keeps most of them. The rows are
  /// more than a level holds, so that carrying is seen.
  @Test func countsOnes() {
    #expect(mean([[UInt16]](repeating: [0x3F80], count: 5000)) == [1])
  }
}
