import Statistics
import Testing

/// Held to SciPy: `nct.sf(t) + nct.cdf(-t)`, `chi2.ppf` and the moments of `chi`. Where its noncentral t gives none (a mean thirty
/// errors away) or is not exact (5,000 degrees of freedom), to `integrate.quad` over chi and normal.
@Suite struct StudentPowerTests {
  @Test(arguments: [
    (2.8, 9.0, 0.7033000092842402), (0, 5, 0.05), (3.5, 4, 0.7448700589508723), (1.2, 1, 0.08204951353453742),
    (2.9, 99, 0.8190623370951658), (2.803, 5000, 0.8002462139322759), (30, 7, 1),
  ])
  func powerOfATwoSidedTest(_ noncentrality: Double, _ freedom: Double, _ power: Double) {
    #expect(abs(studentPower(noncentrality: noncentrality, degreesOfFreedom: freedom) - power) < 1e-10)
    #expect(abs(studentPower(noncentrality: -noncentrality, degreesOfFreedom: freedom) - power) < 1e-10)
  }

  /// Degrees of freedom that are not whole have a density with a root in it at 0, and six digits.
  @Test func degreesOfFreedomThatAreNotWhole() {
    #expect(abs(studentPower(noncentrality: 2.8, degreesOfFreedom: 2.5) - 0.42495608734785334) < 1e-6)
    #expect(abs(studentDeviate(twoSided: 0.05, degreesOfFreedom: 2.5) - 3.5746548420036817) < 1e-9)
  }

  @Test(arguments: [
    (0.025, 5.0, 0.8312116134866625), (0.975, 5, 12.832501994030027), (0.5, 1, 0.454936423119572),
    (0.025, 2.5, 0.11862294210006345), (0.975, 1000, 1089.5309127749135), (0.001, 0.7, 3.860163955064886e-09),
    (0.999, 30, 59.70306430442994),
  ])
  func chiSquareQuantiles(_ probability: Double, _ freedom: Double, _ value: Double) {
    #expect(abs(chiSquareQuantile(probability, degreesOfFreedom: freedom) / value - 1) < 1e-10)
  }

  @Test(arguments: [
    (1.0, 0.7978845608028655, Double.infinity), (5, 0.9515328619481445, 1.1894160774351805),
    (7.5, 0.9673096949670519, 1.116126571115829), (40, 0.9937701371246277, 1.0192514226919238),
  ])
  func deviationsOverTheTrueOne(_ freedom: Double, _ mean: Double, _ inverse: Double) {
    let ratio = DeviationRatio(degreesOfFreedom: freedom)
    #expect(abs(ratio.expectation - mean) < 1e-12)
    #expect(ratio.inverseExpectation == inverse || abs(ratio.inverseExpectation - inverse) < 1e-9)
    #expect(abs(ratio.weights.reduce(0, +) - 1) < 1e-6)
    #expect(abs(ratio.mean { $0 } - mean) < 1e-6)
  }
}
