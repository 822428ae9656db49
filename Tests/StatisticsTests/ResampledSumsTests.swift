import LinearAlgebra
import Statistics
import Testing

@Suite struct ResampledSumsTests {
  /// Column by column they are what they are sample by sample, in more columns and samples than are summed at once.
  @Test func samplesAreTheColumnsOfSums() throws {
    let (items, width) = (9, 130)
    let sums = ResampledSums(clusters: (0..<items).map { $0 % 6 }, count: 6, replicates: 120, seed: 3)
    let columns = (0..<width).map { column in (0..<items).map { Double(($0 * 7 + column) % 13) - 6 } }
    let (rows, samples) = (try sums.sums(of: columns), try sums.samples(of: columns))
    #expect(samples.count == width)
    for column in 0..<width { #expect(samples[column] == (0..<120).map { rows[$0, column] }) }
  }

  @Test func withoutSamplesThereAreNone() throws {
    let sums = ResampledSums(clusters: [0, 1, 2], count: 3, replicates: 120, seed: 3)
    #expect(try sums.samples(of: [[1, 2, 3], [4, 5, 6]]) == [[], []])
  }
}
