import LinearAlgebra
import PersonaSpace
import Statistics
import Testing

@Suite struct ParallelAnalysisTests {
  private func components(_ matrix: Matrix, seed: UInt64) throws -> Int {
    let fit = try PrincipalComponents(of: matrix, keeping: 1)
    return try ParallelAnalysis(
      centred: matrix.subtractingFromRows(fit.mean), variance: fit.variance, seed: seed, layer: 3
    ).components
  }

  /// Three directions are shared; the rest is noise.
  @Test(arguments: [(60, 200), (90, 30)]) func countsPlantedComponents(roles: Int, dimensions: Int) throws {
    var random = SeededGenerator(seed: 4)
    let directions = Matrix((0..<3).map { _ in random.gaussians(dimensions) }, columns: dimensions)
    let weights = Matrix((0..<roles).map { _ in random.gaussians(3) }, columns: 3)
    let noise = random.gaussians(roles * dimensions)
    let shared = try weights.times(directions)
    let matrix = Matrix(rows: roles, columns: dimensions, elements: zip(shared.elements, noise).map { $0 + $1 })
    #expect(try components(matrix, seed: 1) == 3)
  }

  /// Where one dimension is far larger than a few others, the first component's variance is nearly its, and what little it has
  /// above that is far from normal: no score of noise is near what a verdict asks for.
  @Test func aLargeDimensionAmongFewDoesNotScore() throws {
    for seed in 0..<400 as Range<UInt64> {
      var random = SeededGenerator(seed: seed, purpose: .init(rawValue: 2))
      let matrix = Matrix(
        (0..<12).map { _ in random.gaussians(3).enumerated().map { $0 == 0 ? 20 * $1 : $1 } }, columns: 3)
      let fit = try PrincipalComponents(of: matrix, keeping: 1)
      let found = try ParallelAnalysis(
        centred: matrix.subtractingFromRows(fit.mean), variance: fit.variance, seed: seed, layer: 0)
      #expect(found.firstScore < AxisVerdict.leastScore)
    }
  }

  /// Independent dimensions of very unequal size: a component in one of twenty sets, as a test at 5 % has it.
  @Test func independentDimensionsHaveNone() throws {
    var alarms = 0
    for seed in 0..<200 as Range<UInt64> {
      var random = SeededGenerator(seed: seed, purpose: .init(rawValue: 1))
      let matrix = Matrix(
        (0..<20).map { _ in random.gaussians(30).enumerated().map { $0 == 3 ? 50 * $1 : $1 } }, columns: 30)
      if try components(matrix, seed: seed) > 0 { alarms += 1 }
    }
    // 200 trials at .05 have a standard deviation of 3.
    #expect((2...19).contains(alarms))
  }
}
