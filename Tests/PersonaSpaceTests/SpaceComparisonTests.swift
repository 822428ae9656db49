import Foundation
import LinearAlgebra
import PersonaSpace
import Statistics
import TestSupport
import Testing

/// Two models whose roles have latent traits in common.
struct PlantedModels {
  let a, b: Matrix
  let assistantA, assistantB: [Double]

  init(_ count: Int, _ dimensionsA: Int, _ dimensionsB: Int, noise: Double, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed, purpose: .init(rawValue: 0x6D6F_6465))
    let traits = Matrix(
      (0..<count).map { _ in zip([4.0, 3, 2, 1.5, 1], random.gaussians(5)).map { $0 * $1 } }, columns: 5)
    func model(_ dimensions: Int) throws -> (Matrix, [Double]) {
      let map = Matrix(rows: 5, columns: dimensions, elements: random.gaussians(5 * dimensions))
      var rows = try traits.times(map)
      for i in 0..<count { rows.addToRow(i, random.gaussians(dimensions).map { noise * $0 }[...]) }
      let assistant = try Matrix([[9, 1, 0.5, 0, 0]], columns: 5).times(map).elements
      return (rows, zip(assistant, random.gaussians(dimensions)).map { $0 + noise * $1 })
    }
    (a, assistantA) = try model(dimensionsA)
    (b, assistantB) = try model(dimensionsB)
  }

  func compared(_ rows: [Int], _ rowsB: [Int]? = nil) throws -> SpaceComparison {
    try SpaceComparison(
      ComparedSpace(roles: a.selectingRows(rows), assistant: assistantA),
      ComparedSpace(roles: b.selectingRows(rowsB ?? rows), assistant: assistantB),
      sharedDimensions: a.columns == b.columns)
  }
}

@Suite struct SpaceComparisonTests {
  private func value(_ comparison: SpaceComparison, _ values: [Double], _ name: String) -> Double {
    comparison.measures.firstIndex { $0.name == name }.map { values[$0] } ?? .nan
  }

  /// Each replicate against a comparison of its rows, copies and all, for what copies do not distort.
  @Test(arguments: [(14, 30, 22), (14, 30, 30), (40, 9, 9)])
  func replicatesAreComparisonsOfTheirSamples(count: Int, dimensionsA: Int, dimensionsB: Int) throws {
    let models = try PlantedModels(count, dimensionsA, dimensionsB, noise: 0.5, seed: 1)
    let comparison = try models.compared(Array(0..<count))
    let samples = Resamples(of: count, count: 20, seed: 3, purpose: .roles)
    let replicates = try comparison.replicates(0..<20, of: samples)
    for (index, replicate) in replicates.enumerated() {
      let sample = try models.compared(samples.members(index).sorted())
      for (place, measure) in comparison.measures.enumerated() {
        switch measure.kind {
        case .matchedLoadingPearson, .debiasedAlignment, .similaritySpearman: continue
        case .procrustesCosine, .procrustesResidual:
          // From the squares: half of the digits.
          #expect(abs(replicate.values[place] - sample.values[place]) < 1e-6, "\(measure.name)")
        case .positionSpearman:
          // Copies of a role are ties, which rounding would tell apart.
          let ranked = [sample.a, sample.b].map { space in space.positions.map { ($0 * 1e9).rounded() } }
          #expect(abs(replicate.values[place] - spearmanCorrelation(ranked[0], ranked[1])) < 1e-12)
        default: #expect(abs(replicate.values[place] - sample.values[place]) < 1e-9, "\(measure.name)")
        }
      }
      let members = samples.members(index).sorted()
      for (row, role) in members.enumerated() {
        let change = sample.b.positions[row] - sample.a.positions[row]
        #expect(abs(replicate.changes[role] - change) < 1e-10)
      }
    }
  }

  /// Pairs of a role with its copy are left out, of the cosines and of the sums of the alignment.
  @Test func copiesOfARoleAreNoPairs() throws {
    let models = try PlantedModels(9, 20, 15, noise: 1, seed: 2)
    let comparison = try models.compared(Array(0..<9))
    let samples = Resamples(of: 9, count: 6, seed: 5, purpose: .roles)
    for (index, replicate) in try comparison.replicates(0..<6, of: samples).enumerated() {
      let members = samples.members(index)
      let kernels = try [models.a, models.b].map { rows in
        let own = rows.selectingRows(members)
        return try own.subtractingFromRows(own.columnMeans()).gramOfRows()
      }
      var cosines: [[Double]] = [[], []]
      for p in 0..<9 {
        for q in 0..<p where members[p] != members[q] {
          for (k, kernel) in kernels.enumerated() {
            cosines[k].append(kernel[p, q] / (kernel[p, p] * kernel[q, q]).squareRoot())
          }
        }
      }
      let similarity = spearmanCorrelation(cosines[0], cosines[1])
      #expect(abs(value(comparison, replicate.values, "rsa_spearman") - similarity) < 1e-10)
      func criterion(_ a: Matrix, _ b: Matrix) -> Double {
        // Song et al. 2012: E a₁₂ b₁₂ − 2 E a₁₂ b₁₃ + E a₁₂ b₃₄, over quadruples of different roles.
        var (pairs, triples, quadruples) = ((0.0, 0.0), (0.0, 0.0), (0.0, 0.0))
        for p in 0..<9 {
          for q in 0..<9 where members[q] != members[p] {
            pairs = (pairs.0 + a[p, q] * b[p, q], pairs.1 + 1)
            for r in 0..<9 where members[r] != members[p] && members[r] != members[q] {
              triples = (triples.0 + a[p, q] * b[p, r], triples.1 + 1)
              for s in 0..<9 where ![p, q, r].contains(where: { members[$0] == members[s] }) {
                quadruples = (quadruples.0 + a[p, q] * b[r, s], quadruples.1 + 1)
              }
            }
          }
        }
        return pairs.0 / pairs.1 - 2 * triples.0 / triples.1 + quadruples.0 / quadruples.1
      }
      let (ab, aa, bb) = (
        criterion(kernels[0], kernels[1]), criterion(kernels[0], kernels[0]), criterion(kernels[1], kernels[1])
      )
      #expect(relativeError(value(comparison, replicate.values, "cka_debiased"), ab / (aa * bb).squareRoot()) < 1e-9)
    }
  }

  /// Each draw against a comparison whose roles are paired in its order.
  @Test(arguments: [(12, 25, 18), (12, 25, 25)])
  func drawsAreComparisonsOfRolesInOtherOrder(count: Int, dimensionsA: Int, dimensionsB: Int) throws {
    let models = try PlantedModels(count, dimensionsA, dimensionsB, noise: 0.5, seed: 4)
    let comparison = try models.compared(Array(0..<count))
    let draws = try PermutedComparison(comparison, seed: 8).values(0..<10)
    for (draw, values) in draws.enumerated() {
      var generator = SeededGenerator(seed: 8, purpose: .pairedRoles, index: UInt64(draw))
      var order = Array(0..<count)
      order.shuffle(using: &generator)
      let paired = try models.compared(Array(0..<count), order)
      for (place, measure) in comparison.measures.enumerated() {
        switch measure.kind {
        case .axisCosine, .principalCosine, .defaultShiftAlong, .defaultShiftOff, .meanShiftAlong, .meanShiftOff:
          continue
        case .procrustesCosine, .procrustesResidual:
          #expect(abs(values[place] - paired.values[place]) < 1e-6, "\(measure.name)")
        default: #expect(abs(values[place] - paired.values[place]) < 1e-9, "\(measure.name)")
        }
      }
    }
  }

  /// The same roles in turned and scaled coordinates, an orthogonal matrix times three.
  @Test func aTurnedSpaceIsTheSame() throws {
    let models = try PlantedModels(30, 16, 16, noise: 0.5, seed: 5)
    var random = SeededGenerator(seed: 6)
    let turn = try SingularValueDecomposition(of: Matrix(rows: 20, columns: 16, elements: random.gaussians(320))).right
      .scalingColumns(by: [Double](repeating: 3, count: 16))
    let comparison = try SpaceComparison(
      ComparedSpace(roles: models.a, assistant: models.assistantA),
      ComparedSpace(
        roles: models.a.times(turn), assistant: Matrix([models.assistantA], columns: 16).times(turn).elements),
      sharedDimensions: true)
    for (measure, value) in zip(comparison.measures, comparison.values) {
      switch measure.kind {
      case .positionSpearman, .loadingPearson, .matchedLoadingPearson, .alignment, .debiasedAlignment,
        .similaritySpearman, .procrustesCosine:
        #expect(abs(value - 1) < 1e-10, "\(measure.name)")
      case .procrustesResidual: #expect(abs(value - 2.0 / 3) < 1e-10)
      case .axisCosine: #expect(abs(value) < 0.9)
      default: continue
      }
    }
    #expect(comparison.matching == [0, 1, 2, 3, 4])
  }

  /// Components that changed places are found again.
  @Test func swappedComponentsAreMatched() throws {
    var random = SeededGenerator(seed: 7)
    let traits = (0..<60).map { _ in random.gaussians(6) }
    func space(_ sizes: [Double]) throws -> ComparedSpace {
      try ComparedSpace(
        roles: Matrix(traits.map { zip($0, sizes).map { $0 * $1 } }, columns: 6), assistant: [9, 2, 1, 1, 1, 1])
    }
    let comparison = try SpaceComparison(
      space([10, 8, 6, 4, 2, 1]), space([10, 6, 8, 4, 2, 1]), sharedDimensions: false)
    #expect(comparison.matching == [0, 2, 1, 3, 4])
    #expect(value(comparison, comparison.values, "matched_loading_pearson_2") > 0.8)
    #expect(abs(value(comparison, comparison.values, "loading_pearson_2")) < 0.5)
  }

  @Test func fewRoles() throws {
    let models = try PlantedModels(3, 10, 10, noise: 0.5, seed: 9)
    let comparison = try models.compared([0, 1, 2])
    #expect(value(comparison, comparison.values, "position_spearman").isFinite)
    #expect(value(comparison, comparison.values, "loading_pearson_3").isNaN)
    #expect(value(comparison, comparison.values, "cka_debiased").isNaN)
    let measured = comparison.measured(replicates: [], permuted: [], roleShifts: nil)
    #expect(measured.allSatisfy { $0.interval == nil && $0.null == nil && $0.probability == nil })
  }

  /// A rank correlation of 1 has an interval that ends there and does not reach down to −1.
  @Test func anIntervalAtTheEndOfTheScale() throws {
    let models = try PlantedModels(30, 12, 12, noise: 0.5, seed: 10)
    let comparison = try models.compared(Array(0..<30))
    let same = try SpaceComparison(comparison.a, comparison.a, sharedDimensions: true)
    let samples = Resamples(of: 30, count: 60, seed: 1, purpose: .roles)
    var drawn = try same.replicates(0..<60, of: samples).map(\.values)
    drawn[0][0] = 0.99
    for row in same.measured(replicates: drawn, permuted: [], roleShifts: nil) {
      let interval = try #require(row.interval)
      #expect(interval.low <= row.value && row.value <= interval.high && interval.high - interval.low < 0.02, "\(row)")
    }
  }

  /// Models from one population: traits, directions and defaults stay, roles and noise are drawn anew. With `seeds` that differ
  /// between the two, their roles have nothing in common.
  private func drawn(_ count: Int, seeds: (UInt64, UInt64)) throws -> SpaceComparison {
    var fixed = SeededGenerator(seed: 31)
    let spaces = try [(14, seeds.0, UInt64(1)), (9, seeds.1, 2)].map { dimensions, seed, model in
      let map = Matrix(rows: 4, columns: dimensions, elements: fixed.gaussians(4 * dimensions))
      var (traits, noise) = (
        SeededGenerator(seed: seed, purpose: .init(rawValue: 1)),
        SeededGenerator(seed: seed, purpose: .init(rawValue: 2), index: model)
      )
      let roles = Matrix(
        (0..<count).map { _ in zip([4.0, 2.5, 1.5, 1], traits.gaussians(4)).map { $0 * $1 } }, columns: 4)
      var rows = try roles.times(map)
      for i in 0..<count { rows.addToRow(i, noise.gaussians(dimensions)[...]) }
      return try ComparedSpace(roles: rows, assistant: Matrix([[9, 1, 1, 0]], columns: 4).times(map).elements)
    }
    return try SpaceComparison(spaces[0], spaces[1], sharedDimensions: false)
  }

  /// Intervals of 100 planted pairs of models with 40 roles hold what 1,000 roles of the same population show.
  @Test func intervalsHoldThePlantedTruth() throws {
    let (sets, names) = (100, ["position_spearman", "loading_pearson_1", "cka", "cka_debiased", "rsa_spearman"])
    let population = try drawn(1000, seeds: (1_000_000, 1_000_000))
    var held = [String: Int]()
    for seed in 0..<UInt64(sets) {
      let comparison = try drawn(40, seeds: (seed, seed))
      let samples = Resamples(of: 40, count: 150, seed: seed, purpose: .roles)
      let replicates = try comparison.replicates(0..<150, of: samples).map(\.values)
      for row in comparison.measured(replicates: replicates, permuted: [], roleShifts: nil) {
        let truth = value(population, population.values, row.measure.name)
        if let interval = row.interval, interval.low <= truth, truth <= interval.high {
          held[row.measure.name, default: 0] += 1
        }
      }
    }
    // 100 trials at .95 have a standard deviation of .022.
    for name in names { #expect(Double(held[name] ?? 0) / Double(sets) > 0.88, "\(name)") }
    #expect(names.reduce(0) { $0 + (held[$1] ?? 0) } < names.count * sets)
  }

  /// Of 200 pairs of models without anything in common, one in twenty is called different from chance.
  @Test func chanceIsRejectedOnceInTwenty() throws {
    let sets = 200
    var rejected = [String: Int]()
    for seed in 0..<UInt64(sets) {
      let comparison = try drawn(15, seeds: (seed, seed + 5000))
      let permuted = try PermutedComparison(comparison, seed: seed).values(0..<199)
      for row in comparison.measured(replicates: [], permuted: permuted, roleShifts: nil) {
        if let p = row.probability, p <= 0.05 { rejected[row.measure.name, default: 0] += 1 }
      }
    }
    // 200 trials at .05 have a standard deviation of .015.
    for name in [
      "position_spearman", "loading_pearson_1", "matched_loading_pearson_2", "cka", "cka_debiased", "rsa_spearman",
    ] {
      #expect((2...20).contains(rejected[name] ?? 0), "\(name): \(rejected[name] ?? 0)")
    }
  }
}
