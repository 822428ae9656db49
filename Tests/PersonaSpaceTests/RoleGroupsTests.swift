import LinearAlgebra
import PersonaSpace
import Statistics
import TestSupport
import Testing

@Suite struct RoleGroupsTests {
  @Test func aRoleWithoutAGroupIsOneByItself() throws {
    let groups = try #require(RoleGroups(["b", "", "a", "b", "", "a"]))
    #expect(groups.names == ["b", "a"] && groups.count == 4)
    #expect(groups.unresampled == .fewGroups(4))
    #expect(RoleGroups(["", ""]) == nil)
    #expect(RoleGroups(["a", "a"])?.unresampled == .oneGroup)
    #expect(RoleGroups(["a", "b", "", "d", "e"])?.unresampled == .noSiblings)
    #expect(RoleGroups(["a", "b", "c", "d", "e", "e"])?.unresampled == nil)
  }

  @Test func wholeGroupsAreDrawn() {
    let samples = Resamples(ofGroups: [0, 1, 0, 2, 2, 2], count: 200, seed: 4, purpose: .groups)
    var sums = [Double](repeating: 0, count: 3)
    for index in 0..<samples.count {
      let counts = samples.counts(index)
      #expect(counts[0] == counts[2] && counts[3] == counts[4] && counts[4] == counts[5])
      // As many groups as there are.
      #expect(counts[0] + counts[1] + counts[3] == 3)
      for (group, role) in [0, 1, 3].enumerated() { sums[group] += counts[role] }
    }
    // Each is expected once a sample, with a variance of 2/3: four standard errors are .23.
    for sum in sums { #expect(abs(sum / 200 - 1) < 0.24) }
  }

  /// What is left when a group is taken out is fitted anew from its vectors.
  @Test func theAxisWithoutAGroupIsThatOfTheRest() throws {
    let planted = PlantedRoles(40, 20, strength: 3, off: 4, seed: 5)
    let space = try LayerSpace(roles: planted.rows, assistant: planted.assistant, keeping: 1)
    let groups = RoleGroups((0..<40).map { "g\($0 % 8)" })
    let resampling = try LayerResampling(
      of: space, roles: planted.rows, replicates: 100, seed: 1, layer: 0, groups: groups)
    let found = resampling.uncertainty(joining: try resampling.chunks.map(resampling.values))
    let influence = try #require(found.groups)
    #expect(influence.without.map(\.name) == (0..<8).map { "g\($0)" } && influence.cosine != nil)
    for (place, without) in influence.without.enumerated() {
      let rest = try LayerSpace(
        roles: planted.rows.selectingRows((0..<40).filter { $0 % 8 != place }), assistant: planted.assistant, keeping: 1
      )
      let fit = try #require(rest.assistant)
      #expect(without.roles == 5 && without.left == 35 && without.interval != nil)
      #expect(relativeError(without.cosine, fit.componentCosines[0]) < 1e-9)
      #expect(relativeError(without.relative, fit.extremity.relative) < 1e-9)
    }
  }
}

@Suite struct MeasuredModelTests {
  /// By hand: of 3, 1 and −1 the nearest of sum 3 that are not negative are half less of the first two.
  @Test func theNearestOfASumTakesOneThresholdFromAll() {
    #expect(MeasuredModel.nearest([3, 1, -1], sum: 3) == [2.5, 0.5, 0])
    #expect(MeasuredModel.nearest([3, 1], sum: 4) == [3, 1])
  }
}
