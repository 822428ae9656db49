import LinearAlgebra
import PersonaSpace
import Statistics
import TestSupport
import Testing

/// All chunks of the resampling of a layer, one after the other.
func resampled(_ space: LayerSpace, roles: Matrix, replicates: Int, seed: UInt64) throws -> LayerUncertainty {
  let resampling = try LayerResampling(of: space, roles: roles, replicates: replicates, seed: seed, layer: 0)
  return resampling.uncertainty(joining: try resampling.chunks.map(resampling.values))
}

@Suite struct LayerResamplingTests {
  @Test func chunksAreTheSamplesAndTheRolesOnce() throws {
    let planted = PlantedRoles(60, 20, strength: 3, off: 4, seed: 5)
    let space = try LayerSpace(roles: planted.rows, assistant: planted.assistant, keeping: 1)
    let resampling = try LayerResampling(of: space, roles: planted.rows, replicates: 120, seed: 1, layer: 3)
    #expect(
      resampling.chunks == [
        .samples(0..<50), .samples(50..<100), .samples(100..<120), .otherRoles(0..<50), .otherRoles(50..<60),
        .roleHalves(0..<50),
      ])
    let components = try LayerSpace(roles: planted.rows, assistant: nil, keeping: 1)
    let axisless = try LayerResampling(of: components, roles: planted.rows, replicates: 40, seed: 1, layer: 3)
    #expect(axisless.chunks == [.samples(0..<40)])
  }

  /// A space that scales its dimensions against one of roles that were scaled by hand.
  @Test func aScaledSpaceIsResampledAsScaled() throws {
    let planted = PlantedRoles(30, 12, strength: 3, off: 4, seed: 6)
    let space = try LayerSpace(
      roles: planted.rows, assistant: planted.assistant, keeping: 1,
      scaling: FeatureScaling(dropped: .listed([3]), scale: .zscore))
    let means = planted.rows.columnMeans()
    let factors = (0..<12).map { column -> Double in
      let squares = (0..<30).reduce(0.0) { sum, row in
        let offset = planted.rows[row, column] - means[column]
        return sum + offset * offset
      }
      return column == 3 ? 0 : 1 / (squares / 29).squareRoot()
    }
    let rows = Matrix(
      (0..<30).map { row in (0..<12).map { planted.rows[row, $0] * factors[$0] } }, columns: 12)
    let byHand = try LayerSpace(
      roles: rows, assistant: zip(planted.assistant, factors).map { $0 * $1 }, keeping: 1)
    let found = try resampled(space, roles: planted.rows, replicates: 100, seed: 2)
    let wanted = try resampled(byHand, roles: rows, replicates: 100, seed: 2)
    let (own, other) = (try #require(found.bootstrap?.cosine), try #require(wanted.bootstrap?.cosine))
    #expect(relativeError(own.low, other.low) < 1e-7 && relativeError(own.high, other.high) < 1e-7)
    #expect(found.parallel.components == wanted.parallel.components)
    for (turn, expected) in zip(found.influence, wanted.influence) { #expect(relativeError(turn, expected) < 1e-8) }
  }
}
