import Foundation
import PersonaSpace
import Statistics
import Testing

@Suite struct RandomDirectionNullTests {
  /// On a circle the angle is uniform: P(|cos| ≤ c) = 1 − (2 / π) acos c.
  @Test(arguments: [0.1, 0.5, 0.9, 0.99]) func twoDimensions(cosine: Double) {
    let truth = 1 - 2 / Double.pi * acos(cosine)
    #expect(abs(RandomDirectionNull(dimensions: 2).probability(below: cosine) - truth) < 1e-13)
  }

  /// On a sphere the height is uniform (Archimedes): P(|cos| ≤ c) = c.
  @Test(arguments: [0.05, 0.3, 0.7, 0.95]) func threeDimensions(cosine: Double) {
    let null = RandomDirectionNull(dimensions: 3)
    #expect(abs(null.probability(below: cosine) - cosine) < 1e-13)
    #expect(abs(null.quantile(cosine) - cosine) < 1e-13)
  }

  /// In many dimensions √d · cos tends to a normal variable, whose two-sided 95 % quantile is 1.95996; the next term
  /// of the expansion is of order 1 / d.
  @Test func manyDimensions() {
    let d = 1_000_000
    #expect(abs(RandomDirectionNull(dimensions: d).quantile(0.95) * Double(d).squareRoot() - 1.959964) < 1e-5)
  }

  @Test func oneDimensionLeavesNoChoice() {
    #expect(RandomDirectionNull(dimensions: 1).quantile(0.95) == 1)
  }
}
