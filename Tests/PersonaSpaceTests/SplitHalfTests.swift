import Foundation
import LinearAlgebra
import PersonaSpace
import Testing

@Suite struct SplitHalfTests {
  /// Roles of which the first component is the first dimension, and a default at `angle` from it, all turned by `turn`.
  private func space(angle: Double, turn: Double) throws -> LayerSpace {
    func turned(_ x: Double, _ y: Double) -> [Double] {
      [x * cos(turn) - y * sin(turn), x * sin(turn) + y * cos(turn), 0]
    }
    let points = [(-4.0, 1.0), (4, 1), (-2, -1), (2, -1)]
    return try LayerSpace(
      roles: Matrix(points.map { turned($0.0, $0.1) }, columns: 3),
      assistant: turned(10 * cos(angle), 10 * sin(angle)), keeping: 1)
  }

  /// Turning a half turns its axis and its first component by the same angle, and leaves its positions as they are.
  @Test(arguments: [0, 0.1, 0.7]) func aTurnedHalf(turn: Double) throws {
    let angle = 0.3
    let halves = try #require(
      SplitHalf(try space(angle: angle, turn: 0), try space(angle: angle, turn: turn)))
    #expect(abs(halves.axisCosine - cos(turn)) < 1e-12)
    #expect(abs(halves.componentCosine - cos(turn)) < 1e-12)
    #expect(halves.positionSpearman == 1)
    // The axis of the first lies at `angle` and meets a component at `turn`; that of the second lies at angle + turn.
    #expect(abs(halves.acrossCosine - (cos(angle - turn) + cos(angle + turn)) / 2) < 1e-12)
  }

  @Test func aHalfWithoutAnAxisIsNone() throws {
    let half = try space(angle: 0.3, turn: 0)
    let axisless = try LayerSpace(
      roles: Matrix([[0, 0, 0], [1, 0, 0], [0, 2, 0], [1, 1, 1]], columns: 3), assistant: nil, keeping: 1)
    #expect(SplitHalf(half, axisless) == nil)
  }
}
