import LinearAlgebra
import Testing

@Suite struct FirstNonFiniteTests {
  @Test(arguments: [Double.nan, .infinity, -.infinity, .signalingNaN]) func findsTheFirst(value: Double) {
    #expect([1, -2, value, 0, .nan].firstNonFinite == 2)
  }

  @Test func finiteNumbersHaveNone() {
    #expect([Double]().firstNonFinite == nil)
    // Their sum is beyond a double.
    #expect([.greatestFiniteMagnitude, .greatestFiniteMagnitude, -0.0, .leastNonzeroMagnitude].firstNonFinite == nil)
  }
}
