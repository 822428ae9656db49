import LinearAlgebra
import PersonaSpace
import Statistics
import TestSupport
import Testing

@Suite struct RoleHalvesTests {
  /// Each half is fitted anew from its vectors.
  @Test(arguments: [false, true]) func cosinesAreThoseOfHalvesFittedAnew(inGroups: Bool) throws {
    let planted = PlantedRoles(41, 20, strength: 3, off: 4, seed: 5)
    let space = try LayerSpace(roles: planted.rows, assistant: planted.assistant, keeping: 1)
    let groups = inGroups ? RoleGroups((0..<41).map { "g\($0 % 13)" }) : nil
    let resampling = try LayerResampling(
      of: space, roles: planted.rows, replicates: 40, seed: 1, layer: 0, groups: groups)
    let found = try #require(
      resampling.uncertainty(joining: try resampling.chunks.map(resampling.values)).roleHalves)
    let division = try #require(RoleHalves.Division(41, groups: groups, seed: 1))
    var cosines: [Double] = []
    for index in 0..<RoleHalves.draws {
      let first = division.firsts[index]
      let second = (0..<41).filter { !first.contains($0) }
      if inGroups { #expect(Set(first.map { $0 % 13 }).isDisjoint(with: second.map { $0 % 13 })) }
      #expect(inGroups || first.count == 20)
      for (own, other) in [(first, second), (second, first)] {
        let component = try LayerSpace(
          roles: planted.rows.selectingRows(other), assistant: planted.assistant, keeping: 1
        ).components.directions.row(0)
        let mean = planted.rows.selectingRows(own).columnMeans()
        let axis = zip(planted.assistant, mean).map { $0 - $1 }
        let length = axis.reduce(0) { $0 + $1 * $1 }.squareRoot()
        cosines.append(abs(zip(axis, component).reduce(0) { $0 + $1.0 * $1.1 }) / length)
      }
    }
    #expect(relativeError(found.mean, cosines.reduce(0, +) / Double(cosines.count)) < 1e-9)
    #expect(found.keepsGroups == inGroups)
    let range = try #require(found.range)
    #expect(range.low < found.mean && found.mean < range.high)
    #expect(range.low >= cosines.min()! - 1e-9 && range.high <= cosines.max()! + 1e-9)
  }

  @Test func tooFewRolesHaveNone() throws {
    let planted = PlantedRoles(9, 20, strength: 3, off: 4, seed: 5)
    let space = try LayerSpace(roles: planted.rows, assistant: planted.assistant, keeping: 1)
    let resampling = try LayerResampling(of: space, roles: planted.rows, replicates: 40, seed: 1, layer: 0)
    #expect(resampling.uncertainty(joining: try resampling.chunks.map(resampling.values)).roleHalves == nil)
  }
}
