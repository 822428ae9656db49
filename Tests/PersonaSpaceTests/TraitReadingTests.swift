import LinearAlgebra
import PersonaSpace
import Statistics
import Testing

@Suite struct TraitReadingTests {
  /// Four roles span three dimensions, where |cos| with a random direction is uniform: its probability is 1 − |cos|.
  @Test func cosinesAndProbabilitiesByHand() throws {
    let roles = Matrix(
      [[4, 1, 0.5, 0, 0], [-4, 1, -0.5, 0, 0], [2, -1, -1.5, 0, 0], [-2, -1, 1.5, 0, 0]], columns: 5)
    let space = try LayerSpace(roles: roles, assistant: [3, 4, 0, 0, 0], keeping: 3)
    // Their mean trait is (1, 0, 0, 1, 0).
    let traits = Matrix([[2, 0, 0, 5, 0], [1, 3, 0, -1, 0], [0, -3, 0, -1, 0]], columns: 5)
    let readings = try space.readings(of: traits, try space.geometry(of: roles))
    #expect(readings.count == 3 * 4)
    let axis = readings.filter { $0.target == .axis }
    // The axis is (.6, .8, 0, 0, 0): the first trait less the mean is (1, 0, 0, 4, 0), of which (1, 0, 0) lies in the span.
    #expect(abs(axis[0].projection - 1.2) < 1e-12)
    #expect(abs(axis[0].cosine - 1.2 / 29.0.squareRoot()) < 1e-12)
    #expect(abs(axis[0].centredCosine - 0.6 / 17.0.squareRoot()) < 1e-12)
    #expect(abs(axis[0].spanShare - 1 / 17.0) < 1e-12)
    #expect(abs(axis[0].probability - 0.4) < 1e-12)
    // 2 (1 − Φ(z)) = .4 at z = .8416212 (tables).
    #expect(abs(axis[0].z - 0.8416212) < 1e-6)
    // (0, 3, 0, −2, 0): cos within the span is .8; and (−1, −3, 0, −2, 0): −(.6 + 2.4) / √10.
    #expect(abs(axis[1].probability - 0.2) < 1e-12)
    #expect(abs(axis[2].probability - (1 - 3 / 10.0.squareRoot())) < 1e-12 && axis[2].z < 0)
    // By the definition of Benjamini and Hochberg, over all traits and targets.
    let all = readings.map(\.probability)
    for reading in readings {
      let rates = all.filter { $0 >= reading.probability }.map { p in
        p * Double(all.count) / Double(all.count { $0 <= p })
      }
      #expect(abs(reading.falseDiscoveryRate - min(rates.min() ?? 1, 1)) < 1e-12)
    }
  }

  /// Of 40 random traits, one that points along the axis and one that points the other way characterise its ends.
  @Test func plantedTraitsAreAtThePoles() throws {
    let planted = PlantedRoles(80, 60, strength: 3, off: 4, seed: 11)
    let space = try LayerSpace(roles: planted.rows, assistant: planted.assistant, keeping: 5)
    let axis = try #require(space.assistant).axis.unit
    var random = SeededGenerator(seed: 12)
    var rows = (0..<40).map { _ in random.gaussians(60) }
    for (index, sign) in [(7, 1.0), (21, -1.0)] { for j in 0..<60 { rows[index][j] += sign * 20 * axis[j] } }
    let readings = try space.readings(of: Matrix(rows, columns: 60), try space.geometry(of: planted.rows))
    let ranks = TraitReading.poleRanks(readings)
    for (index, pole) in [(7, TraitReading.Pole.high), (21, .low)] {
      let place = try #require(readings.firstIndex { $0.trait == index && $0.target == .axis })
      #expect(readings[place].pole == pole && ranks[place] == 1)
    }
    let called = TraitReading.called(readings)
    #expect(called.filter { $0.target == .axis }.prefix(2).map(\.trait).sorted() == [7, 21])
    #expect(called.allSatisfy { $0.falseDiscoveryRate <= 0.05 })
    // The rest are noise, of which a twentieth at most should be called.
    #expect(called.count(where: { $0.target == .axis }) <= 4)
  }
}
