import LinearAlgebra
import TestSupport
import Testing

@Suite struct StreamingSumsTests {
  /// Seeded rows about a mean that is far from the origin, as bytes and as the numbers that these hold.
  private func rows(_ count: Int, _ columns: Int, seed: UInt64) -> (bytes: [UInt8], values: Matrix) {
    var state = seed
    let drawn = (0..<count * columns).map { place in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return 100 * Double(place % columns % 3) + Double(Int64(bitPattern: state) >> 32) / 0x1p31
    }
    let found = encoded(drawn, .float32)
    return (found.bytes, Matrix(rows: count, columns: columns, elements: found.values))
  }

  private func encoded(_ values: [Double], _ encoding: ElementEncoding) -> (bytes: [UInt8], values: [Double]) {
    let all = values.map { LinearAlgebraTests.encoded($0, encoding) }
    return (all.flatMap(\.bytes), all.map(\.value))
  }

  /// Σ (x − shift)(x − shift)ᵀ, element by element.
  private func products(_ rows: Matrix, _ shift: [Double]) throws -> Matrix {
    try rows.subtractingFromRows(shift).gramOfColumns()
  }

  @Test(arguments: [1, 7, 512, 513, 1100])
  func tilesHoldTheProducts(columns: Int) throws {
    let (bytes, values) = rows(90, columns, seed: 3)
    let shift = (0..<columns).map { 100 * Double($0 % 3) }
    let tiles = CovarianceTiles(columns: columns)
    let rowBytes = columns * 4
    var used: [CovarianceTiles.Panels] = []
    for (start, end) in [(0, 50), (50, 90)] {
      let panels = try [(start, end - 10), (end - 10, end)].map { first, last in
        // New, then those of other rows once more, of which the first has less room than its rows take.
        var panels = used.popLast() ?? CovarianceTiles.Panels(capacity: last - first + 3, columns: columns)
        panels.reset(capacity: last - first + 2)
        for (own, next) in [(first, first + 4), (first + 4, last)] {
          let part = Array(bytes[own * rowBytes..<next * rowBytes])
          try panels.append(RowChunk(part, rows: next - own, encoding: .float32, shift: shift))
        }
        return panels
      }
      for tile in 0..<tiles.count { try tiles.add(panels, tile: tile) }
      used = panels
    }
    let taken = tiles.take()
    #expect(taken.map(\.count) == CovarianceTiles.lengths(columns: columns))
    let mean = values.subtractingFromRows(shift).columnMeans()
    let found = (0..<CovarianceTiles.stripeCount(columns: columns)).flatMap {
      CovarianceTiles.covariance(taken, stripe: $0, mean: mean, rows: 90, divisor: 89).elements
    }
    let centre = values.columnMeans()
    let wanted = try values.subtractingFromRows(centre).gramOfColumns().elements.map { $0 / 89 }
    for (own, exact) in zip(found, wanted) { #expect(abs(own - exact) < 3e-6) }
  }

  @Test func aValueBeyondSinglePrecisionIsAnError() {
    let chunk = RowChunk(encoded([1e300, 1], .float64).bytes, rows: 1, encoding: .float64, shift: [0, 0])
    var panels = CovarianceTiles.Panels(capacity: 1, columns: 2)
    #expect(throws: StreamingError.beyondSinglePrecision) { try panels.append(chunk) }
  }

  @Test(arguments: [ElementEncoding.bfloat16, .float16, .float32, .float64])
  func subspaceProducts(encoding: ElementEncoding) throws {
    let columns = 37
    var state: UInt64 = 9
    let drawn = (0..<200 * columns).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return 3 + Double(Int64(bitPattern: state) >> 32) / 0x1p31
    }
    let (bytes, exact) = encoded(drawn, encoding)
    let (values, shift) = (Matrix(rows: 200, columns: columns, elements: exact), [Double](repeating: 3, count: columns))
    let vectors = Matrix(rows: 4, columns: columns, elements: (0..<4 * columns).map { Double($0 * $0 % 11) - 5 })
    let wanted = try vectors.times(try products(values, shift)).elements
    let chunk = RowChunk(bytes, rows: 200, encoding: encoding, shift: shift)
    func summed(single: Bool) throws -> ShardSums {
      let products = SubspaceProducts(with: vectors, single: single)
      var partial = products.empty
      try products.add(chunk, to: &partial)
      return partial.take()
    }
    let sums = try summed(single: false)
    for (own, exact) in zip(sums.products[0], wanted) { #expect(abs(own - exact) < 1e-9 * (1 + abs(exact))) }
    for (own, exact) in zip(try summed(single: true).products[0], wanted) { #expect(abs(own - exact) < 1e-3) }
    let centred = values.subtractingFromRows(shift)
    #expect(abs(sums.squares - centred.elements.reduce(0) { $0 + $1 * $1 }) < 1e-9)
    #expect(sums.rows == 200)
  }

  /// Whoever sums which shards, in whatever order they come: the root has the same bits.
  @Test(arguments: [1, 2, 3, 5, 8, 13])
  func treesHaveOneRoot(count: Int) throws {
    var state: UInt64 = 5
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(Int64(bitPattern: state) >> 11) * 0x1p-40
    }
    let shards = (0..<count).map { _ in
      ShardSums(rows: 2, skipped: 1, sums: [next(), next()], squares: next(), products: [[next()]])
    }
    func tree(_ order: [Int]) -> ReductionTree {
      var tree = ReductionTree(shards: count)
      for shard in order { tree.insert(shards[shard], shard: shard) }
      return tree
    }
    let root = try #require(tree(Array(0..<count)).root)
    #expect(root.rows == 2 * count && root.skipped == count)
    #expect(tree((0..<count).reversed()).root == root)
    for cut in 1..<max(count, 2) where count > 1 {
      let (left, right) = (tree(Array(0..<cut)), tree(Array(cut..<count)))
      #expect(left.root == nil && right.root == nil)
      #expect(left.summed == Array(0..<cut))
      var joined = right
      for (place, sums) in left.nodes.sorted(by: { $0.key < $1.key }) { joined.insert(sums, at: place) }
      #expect(joined.root == root)
    }
  }

  @Test(arguments: [1, 511, 8192, 16384, 60000, 1_000_003])
  func plansCoverAllRows(rows: Int) {
    let plan = ShardPlan(rows: rows)
    var next = 0
    for shard in 0..<plan.count {
      for block in plan.blocks(of: shard) {
        #expect(block.lowerBound == next && block.count <= ShardPlan.block)
        next = block.upperBound
      }
    }
    #expect(next == rows)
    #expect(plan.count == 1 || plan.size >= 8192)
  }
}
