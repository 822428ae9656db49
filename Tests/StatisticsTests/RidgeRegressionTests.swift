import LinearAlgebra
import Statistics
import Testing

/// Ridge regression on either side of n = p, and how rows are divided.
@Suite struct RidgeRegressionTests {
  private static func data(rows: Int, columns: Int, seed: UInt64) -> (features: Matrix, target: [Double]) {
    var random = SeededGenerator(seed: seed)
    let features = Matrix((0..<rows).map { _ in random.gaussians(columns) }, columns: columns)
    let weights = random.gaussians(columns)
    let target = (0..<rows).map { features.row($0).enumerated().reduce(0) { $0 + $1.element * weights[$1.offset] } }
    return (features, target)
  }

  @Test(arguments: [(40, 5), (20, 60)])
  func whatIsExactIsLearned(rows: Int, columns: Int) throws {
    let (features, target) = Self.data(rows: rows + 8, columns: columns, seed: 4)
    let none = Matrix(rows: rows + 8, columns: 0, elements: [])
    let training = Array(0..<rows)
    let ridge = try RidgeRegression(
      features: FeatureRows(features), columns: none, rows: training, groups: (0..<rows + 8).map { $0 / 4 })
    let found = try ridge.predictions(
      of: [training.map { target[$0] }], for: Array(rows..<rows + 8), columns: none)[0]
    let error = zip(found.values, target[rows...]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let total = target[rows...].reduce(0) { $0 + $1 * $1 }
    // With fewer rows than columns a third of the truth is all that rows can tell.
    #expect(columns < rows ? error < 1e-6 * total : error < total)
  }

  @Test func columnsCarryNoPenalty() throws {
    var random = SeededGenerator(seed: 8)
    let noise = Matrix((0..<60).map { _ in random.gaussians(30) }, columns: 30)
    let turns = Matrix((0..<60).map { [Double($0 % 6)] }, columns: 1)
    let target = (0..<60).map { 3 - 100 * Double($0 % 6) }
    let training = Array(0..<48)
    let ridge = try RidgeRegression(
      features: FeatureRows(noise), columns: turns, rows: training, groups: (0..<60).map { $0 / 6 })
    let found = try ridge.predictions(
      of: [training.map { target[$0] }], for: Array(48..<60), columns: turns)[0]
    for (value, wanted) in zip(found.values, target[48...]) { #expect(abs(value - wanted) < 1e-8) }
  }

  /// A column of its own for each group: no group can be predicted from the others, and nothing tells that features help.
  @Test func withoutEvidenceThePenaltyIsTheLargest() throws {
    let (features, target) = Self.data(rows: 40, columns: 6, seed: 5)
    let groups = (0..<40).map { $0 / 8 }
    let own = Matrix(groups.map { group in (0..<5).map { $0 == group ? 1 : 0 } }, columns: 5)
    let rows = Array(0..<40)
    let ridge = try RidgeRegression(features: FeatureRows(features), columns: own, rows: rows, groups: groups)
    let found = try ridge.predictions(of: [target], for: rows, columns: own)[0]
    // 10⁴ mean eigenvalues: features, which would predict all, hardly count, and what is left are the groups' means.
    #expect(abs(try #require(found.penalty) - 1e4) < 1e-6)
    for group in 0..<5 {
      let mean = target[8 * group..<8 * group + 8].reduce(0, +) / 8
      for row in 8 * group..<8 * group + 8 { #expect(abs(found.values[row] - mean) < 1e-2) }
    }
    // With a group that the others can stand for, there is evidence, and features that say all keep it.
    let none = Matrix(rows: 40, columns: 0, elements: [])
    let free = try RidgeRegression(features: FeatureRows(features), columns: none, rows: rows, groups: groups)
    #expect(try #require(free.predictions(of: [target], for: rows, columns: none)[0].penalty) < 1e-3)
  }

  /// The regression by products of features, and by products of rows where features that never vary make them more than rows:
  /// one and the same, also where features repeat others or the columns are among them.
  @Test(arguments: [1, 2], [0, 1])
  func bothFormsPredictTheSame(copies: Int, told: Int) throws {
    var random = SeededGenerator(seed: 11)
    let (rows, own) = (190, 90 / copies)
    let columns = Matrix((0..<rows).map { [Double($0 / 10 % 3), Double($0 % 10)] }, columns: 2)
    let lists = (0..<rows).map { row -> [Double] in
      let values = random.gaussians(own).map { 3 + $0 }
      return (0..<copies).flatMap { _ in values } + (told == 1 ? [columns[row, 1]] : [])
    }
    let target = lists.map { $0[0] + 0.5 * $0[1] + random.nextGaussian() }
    let (training, asked, groups) = (Array(0..<160), Array(160..<190), (0..<rows).map { $0 / 10 })
    func predicted(_ lists: [[Double]]) throws -> RidgeRegression.Prediction {
      let ridge = try RidgeRegression(
        features: FeatureRows(Matrix(lists, columns: lists[0].count)), columns: columns, rows: training, groups: groups)
      return try ridge.predictions(of: [training.map { target[$0] }], for: asked, columns: columns)[0]
    }
    let few = try predicted(lists)
    let many = try predicted(lists.map { $0 + [Double](repeating: 7, count: 80) })
    #expect(few.penalty == many.penalty)
    for (a, b) in zip(few.values, many.values) { #expect(abs(a - b) < 1e-9) }
  }

  @Test func ofManyRowsSomeGroupsAreLeftOutByTheSeed() throws {
    #expect(RidgeRegression.mostLeftOut(order: 4096) == 1024 && RidgeRegression.mostLeftOut(order: 512) == 65536)
    #expect(RidgeRegression.mostLeftOut(order: 9000) == 1000)
  }

  @Test func featuresAreKeptToTheLastBit() {
    let third = 1.0 / 3
    let rows = FeatureRows([FeatureRow([1, 0.5]), FeatureRow([third, 2])], columns: 2)
    #expect(FeatureRow([1, 0.5]) == .single([1, 0.5]) && FeatureRow([third, 2]) == .double([third, 2]))
    #expect(rows.columns == 2)
  }

  @Test func aGroupIsHeldOutWhole() {
    let groups = (0..<50).map { $0 * $0 % 13 }
    let number = (groups.max() ?? 0) + 1
    let names = Dictionary(uniqueKeysWithValues: Set(groups).sorted().enumerated().map { ($1, $0) })
    let folds = GroupedFolds(groups: groups.map { names[$0] ?? 0 }, count: 4, seed: 2)
    #expect(number > 4 && folds.heldOut.flatMap(\.self).sorted() == Array(0..<50))
    for (index, fold) in folds.heldOut.enumerated() {
      #expect(Set(fold.map { groups[$0] }).isDisjoint(with: Set(folds.training(index).map { groups[$0] })))
    }
  }

  @Test func skillByHand() throws {
    // Deviations −1, 0, 1, errors 0, 0, 1: 1 − 1 / 2.
    let skill = try PredictionSkill(predicted: [1, 2, 2], observed: [1, 2, 3], groups: [0, 1, 2], weights: nil)
    #expect(skill.r2 == 0.5 && skill.interval == nil)
    let flat = try PredictionSkill(predicted: [1, 1], observed: [2, 2], groups: [0, 1], weights: nil)
    #expect(flat.r2.isNaN)
    let (observed, groups) = ([1.0, 2, 3, 1, 2, 3], Array(0..<6))
    let ones = Matrix((0..<50).map { _ in groups.map { _ in 1.0 } }, columns: 6)
    let drawn = try PredictionSkill(predicted: [1, 2, 2, 1, 2, 2], observed: observed, groups: groups, weights: ones)
    let mean = try PredictionSkill(predicted: groups.map { _ in 2 }, observed: observed, groups: groups, weights: ones)
    let gain = drawn.gain(over: mean)
    #expect(gain.gain == 0.5 && gain.interval == Interval(low: 0.5, high: 0.5))
  }
}
