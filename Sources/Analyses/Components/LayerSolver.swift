internal import Dumps
internal import Files
internal import LinearAlgebra

/// Sums over all shards of a layer, by this process alone or by several.
protocol ShardSummer: Sendable {
  /// The sums of `pass` over all shards; `key` tells it from others of the run.
  func total(_ pass: ShardPass, key: String) async throws -> ShardSums
}

/// Finds the components of one layer.
struct LayerSolver {
  /// Vectors beside the wanted ones that the search goes with: the more, the faster it converges, and the more a pass costs. 10, as is usual
  /// (Halko, Martinsson & Tropp, SIAM Review 53, 2011, section 4.2), often stops short of `tolerance` by a little and asks for one pass more.
  static let oversampling = 14

  let reader: RowReader
  let options: ComponentsOptions
  let summer: any ShardSummer
  let log: RunLog
  /// Takes the rows that are done with.
  let progress: @Sendable (Int) -> Void

  private var threads: Int { options.threads }
  private var width: Int { min(options.count + Self.oversampling, reader.source.hiddenSize) }

  /// The components, by the way `solver`, and whether none larger than these is to be expected.
  func solve(
    _ solver: ComponentSolver, _ pilot: LayerPilot
  ) async throws -> (components: LayerComponents, hasLargest: Bool) {
    switch solver {
    case .auto, .covariance: (try await covariance(pilot), true)
    case .randomized: try await randomized(pilot)
    case .dual: (try await dual(pilot), true)
    }
  }

  private func pass(_ sums: ShardPass.Sums, _ pilot: LayerPilot) -> ShardPass {
    ShardPass(
      sums: sums, reader: reader, plan: ShardPlan(rows: reader.source.count), shift: pilot.shift, threads: threads,
      progress: progress)
  }

  private func covariance(_ pilot: LayerPilot) async throws -> LayerComponents {
    let sums = try await summer.total(pass(.covariance, pilot), key: "layer-\(reader.layer)-covariance")
    return try await CovarianceDecomposition(layer: reader.layer, path: reader.source.parts[0].path, options: options)
      .components(of: sums, shift: pilot.shift)
  }
}

extension LayerSolver {
  private func check(_ sums: ShardSums) throws {
    try CovarianceDecomposition(layer: reader.layer, path: reader.source.parts[0].path, options: options).check(sums)
  }

  /// A search in single precision, which takes half the time; what it finds is judged, and where need be made better, in double precision.
  private func randomized(_ pilot: LayerPilot) async throws -> (components: LayerComponents, hasLargest: Bool) {
    var passes = 0
    var last: ShardSums?
    func extend(_ search: inout BlockKrylov, single: Bool) async throws {
      let found = try await summer.total(
        pass(.subspace(search.next, single: single), pilot), key: "layer-\(reader.layer)-pass-\(passes)")
      if last == nil { try check(found) }
      try search.extend(by: try found.covarianceProducts(with: search.next))
      (passes, last) = (passes + 1, found)
    }
    var search = try BlockKrylov(wanted: options.count, start: try pilot.start(width, seed: options.seed), single: true)
    var (before, stalls) = ((worst: Double.infinity, reach: Double.infinity), 0)
    while !search.isDone(within: options.tolerance), passes < options.passes - 1 {
      try await extend(&search, single: true)
      let worst = search.residuals.max() ?? .infinity
      // Near the last digits of single precision more passes change nothing.
      let isAtEnd = worst < Self.coarse && worst > Self.gain * before.worst
      if isAtEnd, search.hasLargest || search.reach > Self.gain * before.reach { break }
      // Beside a component of far more variance single precision ends long before.
      stalls = worst > Self.standstill * before.worst ? stalls + 1 : 0
      if stalls == Self.mostStalls { break }
      before = (worst, search.reach)
    }
    let isOpen = !search.hasLargest || stalls == Self.mostStalls
    var exact = try BlockKrylov(
      wanted: options.count, start: isOpen ? search.leading : search.vectors, isOpen: isOpen)
    repeat {
      try await extend(&exact, single: false)
    } while !exact.isDone(within: options.tolerance)
      && passes < options.passes
    guard let last else { preconditionFailure("no pass") }
    let found = LayerComponents(
      layer: reader.layer, last, shift: pilot.shift, (exact.values, exact.vectors, exact.residuals),
      solver: .randomized, passes: passes)
    return (found, exact.hasLargest)
  }

  /// Residuals below which single precision may be at its end, and what a pass makes of them where it is not.
  private static let (coarse, gain) = (1e-3, 0.5)
  /// What a pass makes of residuals at a standstill, and how many such passes in a row end the search in single precision.
  private static let (standstill, mostStalls) = (0.9, 3)

  /// The rows are held, and the matrix of their inner products is decomposed.
  private func dual(_ pilot: LayerPilot) async throws -> LayerComponents {
    let (n, d) = (reader.source.count, reader.source.hiddenSize)
    let chunks = try await concurrentMap(ShardPlan.chunks(of: 0..<n), threads: threads) { [reader] rows in
      let chunk = try reader.chunk(rows, shift: pilot.shift)
      return (chunk.sums, chunk.doubles(0..<chunk.rows))
    }
    var sums = ShardSums.zero(columns: d, products: [])
    for chunk in chunks { sums.add(chunk.0) }
    try check(sums)
    let rows = Matrix(rows: sums.rows, columns: d, elements: chunks.flatMap(\.1)).subtractingFromRows(sums.offset)
    let gram = try rows.gramOfRows()
    let start = try rows.timesTransposed(try pilot.start(width, seed: options.seed)).transposed()
    let pairs = try await LeadingPairs(
      of: [gram], wanted: options.count, start: start, tolerance: options.tolerance, threads: threads)
    let images = try pairs.vectors.times(rows)
    let divisor = Double(sums.rows - 1)
    let vectors = Matrix(
      (0..<images.rows).map { place in
        let own = Array(images.row(place))
        return euclideanNorm(own) > 0 ? unit(own) : own
      }, columns: d)
    let products = try vectors.timesTransposed(rows).times(rows)
    let values = pairs.values.map { $0 / divisor }
    // Of the sums of products as of the covariance, which is that by the divisor.
    let residuals = relativeResiduals(pairs.values, vectors, images: products)
    return LayerComponents(
      layer: reader.layer, sums, shift: pilot.shift, (values, vectors, residuals), solver: .dual, passes: 1)
  }
}
