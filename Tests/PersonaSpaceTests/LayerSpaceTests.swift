import LinearAlgebra
import PersonaSpace
import Testing

@Suite struct LayerSpaceTests {
  /// Three roles on a line toward the default, with a fourth off it.
  @Test func ranksRolesByPosition() throws {
    let roles = Matrix([[0, 0], [3, 0], [1, 4], [-4, -4]], columns: 2)
    let fit = try #require(try LayerSpace(roles: roles, assistant: [10, 0], keeping: 2).assistant)
    #expect(fit.ranks == [3, 1, 2, 4])
    #expect(fit.axis.norm == 10 && fit.assistant.position == 1)
    // The squared cosines with all components that span the axis sum to 1.
    #expect(abs(fit.componentCosines.reduce(0) { $0 + $1 * $1 } - 1) < 1e-13)
  }

  @Test func theDefaultsPlaceAmongRoles() {
    let middle = DefaultExtremity(roles: [-1, 0, 1, 3], assistant: 1)
    #expect(middle.percentile == 0.5 && middle.relative == 0.5)
    let beyond = DefaultExtremity(roles: [-1, 0], assistant: 1)
    #expect(beyond.percentile == 1 && beyond.relative == 1)
  }

  @Test func theMassiveDimensionIsTheOneOfLargestMeanSquare() {
    let massive = MassiveDimensions(of: Matrix([[1, -3, 0], [1, 3, 0]], columns: 3), count: 2)
    #expect(massive.indices == [1, 0])
    #expect(massive.shares == [0.9, 0.1])
  }

  @Test func theSyntheticPersonasAreWhatTheySay() throws {
    let personas = SyntheticPersonas(roleCount: 48, layerCount: 2, dimensions: 128, seed: 3)
    for layer in 0..<2 {
      let space = try LayerSpace(
        roles: personas.roleVectors(layer: layer), assistant: personas.assistant(layer: layer), keeping: 3)
      let fit = try #require(space.assistant)
      let planted = personas.layers[layer]
      #expect(dotProduct(fit.axis.unit, planted.axis) > 0.9999)
      #expect(abs(fit.axis.norm / planted.norm - 1) < 1e-9)
      #expect(abs(fit.componentCosines[0] - SyntheticPersonas.cosineOfLeadingComponent) < 0.02)
      for (role, reading) in zip(personas.roles, fit.roles) { #expect(abs(role.position - reading.position) < 1e-9) }
    }
  }
}
