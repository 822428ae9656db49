internal import LinearAlgebra
public import Statistics

/// What the answers of a pilot say of how sure the axis positions of roles are, by the number of questions.
///
/// From each answer's position the default's mean answer to the same question is taken off, as the roles were asked the same
/// questions as it. What is left is of a question with a role, of a prompt, and of the answer. Questions are drawn; the prompts of a
/// role are taken as they are, and their own effects off.
public struct RolePilot: Sendable {
  /// The answers of one role, or of the default.
  public struct Answers: Sendable {
    /// Its name.
    public let role: String
    /// The axis position of each answer.
    public let positions: [Double]
    /// The question that each is to.
    public let questions: [Int]
    /// The prompt that each is under; nil where that is not known.
    public let prompts: [Int]?

    /// Answers with a position and a question each.
    public init(role: String, positions: [Double], questions: [Int], prompts: [Int]?) {
      precondition(positions.count == questions.count, "a question for each answer")
      (self.role, self.positions, self.questions, self.prompts) = (role, positions, questions, prompts)
    }
  }

  /// One role.
  public struct Role: Sendable {
    /// Its name.
    public let name: String
    /// Its questions.
    public let units: PilotUnits
    /// The standard deviation between its prompts; nil of fewer than two.
    public let prompts: Estimate?
  }

  /// The roles, in the order given.
  public let roles: [Role]
  /// The questions that all of them answered.
  public let common: Int
  /// A role's position with as many answers to a question as the pilot has, and with one: with the mean variance over roles. Nil of
  /// fewer than `PilotUnits.least` common questions, or where nothing varies.
  public let typical: [(samples: Int, mean: PlannedMean)]
  /// The difference between two roles that answer the same questions, in the same way.
  public let apart: [(samples: Int, mean: PlannedMean)]
  /// The roles of which the default did not answer all questions: nothing is taken off these.
  public let unanswered: [String]

  /// The answers of `roles`, and those of the default; nil without any of these.
  ///
  /// - Throws: `LinearAlgebraError`.
  public init(_ roles: [Answers], assistant: Answers?) throws {
    let base = assistant.map { Self.means($0.positions, by: $0.questions) } ?? [:]
    var (found, unanswered) = ([Role](), [String]())
    for answers in roles {
      let isAnswered = answers.questions.allSatisfy { base[$0] != nil }
      if !isAnswered { unanswered.append(answers.role) }
      let places = zip(answers.positions, answers.questions).map { isAnswered ? $0 - (base[$1] ?? 0) : $0 }
      found.append(Self.role(answers, places))
    }
    (self.roles, self.unanswered) = (found, unanswered)
    let tables = found.map { role in Dictionary(zip(role.units.names, role.units.means)) { first, _ in first } }
    let shared = (found.first?.units.names ?? []).filter { name in tables.allSatisfy { $0[name] != nil } }
    common = shared.count
    guard shared.count >= PilotUnits.least, found.count >= 2 else {
      (typical, apart) = ([], [])
      return
    }
    let table = Matrix(shared.map { name in tables.map { $0[name] ?? .nan } }, columns: found.count)
    typical = Self.plans(try Self.variance(table, isDifference: false), found, sides: 1)
    apart = Self.plans(try Self.variance(table, isDifference: true), found, sides: 2)
  }

  private static func means(_ values: [Double], by keys: [Int]) -> [Int: Double] {
    Dictionary(grouping: values.indices) { keys[$0] }.mapValues { places in mean(of: places.map { values[$0] }) }
  }

  /// A role whose answers lie at `places`, with the effects of its prompts taken off.
  private static func role(_ answers: Answers, _ places: [Double]) -> Role {
    let names = answers.questions.map { "\($0)" }
    let plain = PilotUnits(places, names: names)
    guard let prompts = answers.prompts, Set(prompts).count > 1 else {
      return Role(name: answers.role, units: plain, prompts: nil)
    }
    let (effects, middle) = (means(places, by: prompts), mean(of: places))
    let freed = zip(places, prompts).map { $0 - ((effects[$1] ?? middle) - middle) }
    let units = PilotUnits(freed, names: names, spent: effects.count - 1)
    let size = Double(places.count) / Double(effects.count)
    let own = effects.sorted { $0.key < $1.key }.map(\.value)
    return Role(
      name: answers.role, units: units,
      prompts: deviation(
        sampleVariance(of: own), freedom: Double(own.count - 1),
        less: units.repeated.map { ($0.variance / size, $0.freedom) }))
  }

  /// The mean variance over the columns of `table`, shape (questions, roles), and its degrees of freedom; of a difference between two
  /// columns where `isDifference`.
  ///
  /// Roles answer the same questions, so that their variances are not independent. With S the covariance of the roles, of ν = n − 1
  /// degrees of freedom, tr S has a variance of 2 tr Σ² / ν, and tr Σ² is estimated without bias by
  /// ν² / ((ν − 1)(ν + 2)) · (tr S² − (tr S)² / ν) (Srivastava, Journal of the Japan Statistical Society 35, 2005).
  private static func variance(_ table: Matrix, isDifference: Bool) throws -> (variance: Double, freedom: Double) {
    let (n, width) = (table.rows, table.columns)
    var elements = [Double](repeating: 0, count: n * width)
    for column in 0..<width {
      let own = (0..<n).map { table[$0, column] }
      let middle = mean(of: own)
      for row in 0..<n { elements[row * width + column] = own[row] - middle }
    }
    if isDifference {
      for row in 0..<n {
        let middle = mean(of: Array(elements[row * width..<(row + 1) * width]))
        for column in 0..<width { elements[row * width + column] -= middle }
      }
    }
    let freedom = Double(n - 1)
    let gram = try Matrix(rows: n, columns: width, elements: elements).gramOfRows()
    var (trace, squares) = (0.0, 0.0)
    for i in 0..<n {
      trace += gram[i, i] / freedom
      for j in 0..<n { squares += gram[i, j] * gram[i, j] / (freedom * freedom) }
    }
    let count = Double(isDifference ? width - 1 : width)
    let unbiased =
      freedom * freedom / ((freedom - 1) * (freedom + 2)) * (squares - trace * trace / freedom)
    // Between that of one variance and that of `count` independent ones.
    let known = min(max(freedom * trace * trace / max(unbiased, .leastNormalMagnitude), freedom), freedom * count)
    return ((isDifference ? 2 : 1) * trace / count, known)
  }

  private static func plans(
    _ found: (variance: Double, freedom: Double), _ roles: [Role], sides: Double
  ) -> [(samples: Int, mean: PlannedMean)] {
    let samples = roles.map(\.units.samples).min() ?? 1
    guard found.variance > 0 else { return [] }
    let whole = PlannedMean(variance: found.variance, freedom: found.freedom)
    let repeated = roles.compactMap { $0.units.repeated.first }
    guard samples > 1, repeated.count == roles.count else { return [(samples, whole)] }
    let count = Double(roles.count)
    let added = sides * repeated.reduce(0) { $0 + $1.variance * (1 - $1.share) } / count
    let freedom = repeated.reduce(0) { $0 + $1.freedom }
    let variance = found.variance + added
    let squares = found.variance * found.variance / found.freedom + added * added / freedom
    return [(samples, whole), (1, PlannedMean(variance: variance, freedom: variance * variance / squares))]
  }
}
