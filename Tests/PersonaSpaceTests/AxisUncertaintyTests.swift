import Foundation
import LinearAlgebra
import PersonaSpace
import Statistics
import TestSupport
import Testing

/// Roles with a leading direction, and a default near its end.
struct PlantedRoles {
  let rows: Matrix
  let assistant: [Double]

  /// The first of `dimensions` axes has the standard deviation `strength`, the others 1; the default lies 3 `strength` along
  /// the first and `off` along the second.
  init(_ count: Int, _ dimensions: Int, strength: Double, off: Double, seed: UInt64) {
    var random = SeededGenerator(seed: seed, purpose: .init(rawValue: 0x7465_7374))
    rows = Matrix(
      (0..<count).map { _ in
        var row = random.gaussians(dimensions)
        row[0] *= strength
        return row
      }, columns: dimensions)
    assistant = [3 * strength, off] + [Double](repeating: 0, count: dimensions - 2)
  }
}

@Suite struct AxisUncertaintyTests {
  /// Each replicate against the fit of the sample's rows, written out.
  @Test(arguments: [(12, 30), (40, 9)]) func replicatesAreFitsOfTheirSamples(count: Int, dimensions: Int) throws {
    let planted = PlantedRoles(count, dimensions, strength: 3, off: 4, seed: 5)
    let space = try LayerSpace(roles: planted.rows, assistant: planted.assistant, keeping: 1)
    let fit = try #require(space.assistant)
    let geometry = try RoleGeometry(roles: planted.rows, mean: space.components.mean, assistant: planted.assistant)
    let scores = (0..<count).map { space.components.scores[$0, 0] }
    let samples = Resamples(of: count, count: 30, seed: 1, purpose: .roles)
    let replicates = try AxisReplicate.replicates(0..<30, of: samples, geometry, scores: scores)
    for (index, replicate) in replicates.enumerated() {
      let sample = try LayerSpace(
        roles: planted.rows.selectingRows(samples.members(index)), assistant: planted.assistant, keeping: 1)
      let own = try #require(sample.assistant)
      #expect(relativeError(replicate.cosine, own.componentCosines[0]) < 1e-8)
      #expect(relativeError(replicate.varianceRatio, sample.components.varianceRatio[0]) < 1e-10)
      #expect(relativeError(replicate.axisOverlap, dotProduct(own.axis.unit, fit.axis.unit)) < 1e-10)
      let overlap = abs(
        dotProduct(Array(sample.components.directions.row(0)), Array(space.components.directions.row(0))))
      #expect(relativeError(replicate.componentOverlap, overlap) < 1e-8)
      for role in 0..<count {
        let position = own.axis.reading(of: planted.rows.row(role)).position
        #expect(abs(replicate.positions[role] - position) < 1e-10)
      }
    }
  }

  @Test func theDefaultIsResampledByQuestions() throws {
    let planted = PlantedRoles(12, 30, strength: 3, off: 4, seed: 6)
    var random = SeededGenerator(seed: 9)
    let responses = Matrix((0..<10).map { _ in random.gaussians(30) }, columns: 30)
    let clusters = [0, 0, 1, 1, 1, 2, 3, 3, 2, 0]
    var sums = ResampledAssistant.Sums(clusters: 5, dimensions: 30)
    for (row, cluster) in clusters.enumerated() { sums.add(Array(responses.row(row)), to: cluster) }
    let assistants = try #require(ResampledAssistant(sums, replicates: 8, seed: 1))
    #expect(assistants.count == 4)
    let draws = Resamples(of: 4, count: 8, seed: 1, purpose: .assistant)
    let space = try LayerSpace(roles: planted.rows, assistant: planted.assistant, keeping: 1)
    let geometry = try RoleGeometry(roles: planted.rows, mean: space.components.mean, assistant: planted.assistant)
    let samples = Resamples(of: 12, count: 8, seed: 1, purpose: .roles)
    let replicates = try AxisReplicate.replicates(
      0..<8, of: samples, geometry, scores: (0..<12).map { space.components.scores[$0, 0] },
      assistants: try assistants.shifts(0..<8))
    for index in 0..<8 {
      let drawn = draws.members(index).flatMap { cluster in clusters.indices.filter { clusters[$0] == cluster } }
      let shift = difference(responses.selectingRows(drawn).columnMeans(), responses.columnMeans())
      let sample = try LayerSpace(
        roles: planted.rows.selectingRows(samples.members(index)),
        assistant: zip(planted.assistant, shift).map { $0 + $1 },
        keeping: 1)
      let own = try #require(sample.assistant)
      #expect(relativeError(replicates[index].cosine, own.componentCosines[0]) < 1e-8)
      #expect(
        relativeError(
          replicates[index].axisOverlap, dotProduct(own.axis.unit, try #require(space.assistant).axis.unit)) < 1e-10)
    }
  }

  /// All roles but one, the direction toward that one in the place of the axis.
  @Test func anotherRoleInThePlaceOfTheDefault() throws {
    let planted = PlantedRoles(15, 40, strength: 2, off: 1, seed: 7)
    let space = try LayerSpace(roles: planted.rows, assistant: planted.assistant, keeping: 1)
    let geometry = try RoleGeometry(roles: planted.rows, mean: space.components.mean, assistant: planted.assistant)
    let cosines = try AxisNulls.otherRoles(0..<15, geometry, scores: (0..<15).map { space.components.scores[$0, 0] })
    let turns = AxisNulls.influence(geometry)
    for role in 0..<15 {
      let rest = planted.rows.selectingRows((0..<15).filter { $0 != role })
      let fit = try LayerSpace(roles: rest, assistant: Array(planted.rows.row(role)), keeping: 1)
      #expect(relativeError(cosines[role], try #require(fit.assistant).componentCosines[0]) < 1e-8)
      let axis = try AssistantAxis(assistant: planted.assistant, roleMean: rest.columnMeans())
      let cosine = dotProduct(axis.unit, try #require(space.assistant).axis.unit)
      #expect(abs(turns[role] - acos(min(cosine, 1)) * 180 / .pi) < 1e-6)
    }
  }

  @Test func tooFewRolesHaveNoIntervals() throws {
    let planted = PlantedRoles(4, 30, strength: 3, off: 4, seed: 6)
    let space = try LayerSpace(roles: planted.rows, assistant: planted.assistant, keeping: 1)
    #expect(try resampled(space, roles: planted.rows, replicates: 100, seed: 0).bootstrap == nil)
  }

  /// Intervals of 150 planted sets of 60 roles in 40 dimensions hold the truth nearly as often as they say.
  @Test func intervalsCoverThePlantedTruth() throws {
    let (sets, strength, off, dimensions) = (150, 4.0, 6.0, 40)
    let cosine = 3 * strength / (9 * strength * strength + off * off).squareRoot()
    let ratio = strength * strength / (strength * strength + Double(dimensions - 1))
    var (cosines, ratios, positions) = (0, 0, 0)
    for seed in 0..<sets {
      let planted = PlantedRoles(60, dimensions, strength: strength, off: off, seed: UInt64(seed))
      let space = try LayerSpace(roles: planted.rows, assistant: planted.assistant, keeping: 1)
      let uncertainty = try resampled(space, roles: planted.rows, replicates: 400, seed: UInt64(seed))
      let bootstrap = try #require(uncertainty.bootstrap)
      if let interval = bootstrap.cosine, interval.low <= cosine, cosine <= interval.high { cosines += 1 }
      if let interval = bootstrap.varianceRatio, interval.low <= ratio, ratio <= interval.high { ratios += 1 }
      // Of the planted mean role, 0, and the axis from there.
      let axis = try AssistantAxis(assistant: planted.assistant, roleMean: [Double](repeating: 0, count: dimensions))
      let position = axis.reading(of: planted.rows.row(0)).position
      if let interval = bootstrap.positions[0], interval.low <= position, position <= interval.high { positions += 1 }
    }
    // 150 trials at .95 have a standard deviation of .018.
    for hits in [cosines, ratios, positions] { #expect(Double(hits) / Double(sets) > 0.895) }
    #expect(cosines + ratios + positions < 3 * sets)
  }
}
