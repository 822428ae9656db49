import LinearAlgebra
import TestSupport
import Testing

@Suite struct LineProductsTests {
  /// Products of one pass against one product at a time.
  @Test(arguments: [1, 7, 8, 9, 100, 4099])
  func agreesWithProductsOneByOne(count: Int) {
    var state: UInt64 = 5
    func numbers() -> [Double] {
      (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(Int64(bitPattern: state) >> 32) / 0x1p31
      }
    }
    let (h, m, a, direction) = (numbers(), numbers(), numbers(), numbers())
    let norm = euclideanNorm(direction)
    let v = direction.map { $0 / norm }
    let products = LineProducts(of: h[...], first: m, second: a, unit: v)
    let (fromFirst, fromSecond) = (difference(h, m), difference(h, a))
    let along = dotProduct(fromSecond, v)
    let beside = zip(fromSecond, v).map { $0 - along * $1 }
    #expect(abs(products.alongFromFirst - dotProduct(fromFirst, v)) < 1e-12)
    #expect(relativeError(products.squareFromFirst, dotProduct(fromFirst, fromFirst)) < 1e-12)
    #expect(abs(products.alongFromSecond - along) < 1e-12)
    #expect(abs(products.squareBesideSecond - dotProduct(beside, beside)) < 1e-11)
  }
}
