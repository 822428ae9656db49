internal import LinearAlgebra
public import Statistics

/// How far the adopted answers fall short of a reference that is not the model's own portrayal of the persona: 0 where they go as
/// far, 1 where they do not leave the default, below 0 where they go further.
public struct PersonaDepth: Sendable, Equatable {
  /// What answers are held against.
  public enum Reference: String, Sendable, Codable {
    /// Other answers, or vectors: those of a stronger prompt, or of another author's text read through the same model.
    case targets
    /// Prompts that ask for the persona by degrees.
    case dose
  }

  /// Why no depth is told.
  public enum Fault: Error, Sendable, Equatable {
    /// The reference is not clear of the default: it departs from it by so many of the default's standard deviations.
    case referenceLikeDefault(Double)
    /// The reference is the mean of the very answers.
    case ownMean
    /// There are fewer than two doses.
    case oneDose
    /// The answers under the strongest prompts are not told from the default.
    case notTold
    /// The reference has fewer than 2 answers, or one question.
    case fewAnswers
  }

  /// What answers are held against.
  public let reference: Reference
  /// 1 less what the answers reach of the reference; interval over questions.
  public let value: Estimate

  /// The least departure of a reference from the default, in the default's standard deviations, also where a prompt that means nothing
  /// moves answers by less.
  static let leastDeparture = 1.0

  /// Against other answers.
  ///
  /// Directions are learned from the reference, each without a block of its questions (`ResponsePlaces`); its answers
  /// are placed on those that were learned without them, the persona's on all. The depth is 1 − (mean place of the adopted answers)
  /// / (mean place of the reference's adopted answers). The interval resamples the questions of both.
  ///
  /// - Parameters:
  ///   - adopted: the answers given as the persona, all where it is in one state or not told from the default.
  ///   - assistant: the default's answers beside them.
  ///   - target: the reference's answers.
  ///   - other: the default's answers beside those; nil for the mean of `assistant`.
  ///   - reach: how far a prompt that means nothing moves the default's answers (`DefaultHalves.promptReach`).
  /// - Throws: `Fault`, or `LinearAlgebraError`.
  public init(
    of adopted: PersonaResponses, from assistant: DefaultAnswers, target: PersonaResponses, other: DefaultAnswers?,
    reach: Double, samples: Int, seed: UInt64
  ) throws {
    guard target.count >= 2, Set(target.questions).count >= 2 else { throw Fault.fewAnswers }
    // Questions of another dump have its own numbers: without its own default, the mean over all questions stands.
    let base =
      other
      ?? DefaultAnswers(
        PersonaResponses(assistant.responses.activations, questions: assistant.responses.questions.map { -1 - $0 }))
    let reading = try ResponsePlaces(of: target, from: base)
    let floor = standardDeviation(of: reading.assistant)
    let mixture = StateMixture(of: reading.persona, floor: floor)
    let isTwo = mixture.separation >= StateCriteria().countable
    let kept = reading.persona.indices.filter { !isTwo || mixture.posterior(reading.persona[$0]) <= 0.5 }
    let (places, questions) = (kept.map { reading.persona[$0] }, kept.map { target.questions[$0] })
    guard kept.count >= 2 else { throw Fault.fewAnswers }
    let departure = floor > 0 ? mean(of: places) / floor : 0
    guard departure >= max(Self.leastDeparture, reach) else { throw Fault.referenceLikeDefault(departure) }
    let fallsBack = assistant.fallback(for: adopted.questions) != nil
    let own = try reading.meanPlaces(of: assistant.differences(of: adopted, fallsBack: fallsBack))
    self.init(
      own: QuestionSums(own, adopted.questions), reference: QuestionSums(places, questions), samples: samples,
      seed: seed)
  }

  /// Against the vector `way` from the default to the reference; shape (d). The vector's own noise is not known, so that it is not in
  /// the interval.
  ///
  /// - Parameter rounding: what rounding to the type of the vector can have moved it by, relative to its length.
  /// - Throws: `Fault`, or `LinearAlgebraError`.
  public init(
    of adopted: PersonaResponses, from assistant: DefaultAnswers, way: [Double], rounding: Double, reach: Double,
    samples: Int, seed: UInt64
  ) throws {
    let square = dotProduct(way, way)
    let fallsBack = assistant.fallback(for: adopted.questions) != nil
    let differences = assistant.differences(of: adopted, fallsBack: fallsBack)
    let length = square.squareRoot()
    guard length > 16 * rounding * euclideanNorm(assistant.mean) else { throw Fault.referenceLikeDefault(0) }
    let along = try differences.times(Matrix(rows: way.count, columns: 1, elements: way.map { $0 / square }))
    let floor = try assistant.ownDifferences(fallsBack: fallsBack).times(
      Matrix(rows: way.count, columns: 1, elements: way.map { $0 / square }))
    let departure = 1 / standardDeviation(of: floor.elements)
    guard departure >= max(Self.leastDeparture, reach) else { throw Fault.referenceLikeDefault(departure) }
    self.init(
      own: QuestionSums(along.elements, adopted.questions), reference: nil, samples: samples, seed: seed)
  }

  private init(own: QuestionSums, reference: QuestionSums?, samples: Int, seed: UInt64) {
    self.reference = .targets
    let drawn = own.means(samples: samples, seed: seed, purpose: .responses)
    let others = reference?.means(samples: samples, seed: seed, purpose: .referenceResponses)
    let clusters = min(own.count, reference?.count ?? own.count)
    let depths = drawn.indices.map { 1 - drawn[$0] / (others?[$0] ?? 1) }
    value = Estimate(
      1 - own.mean / (reference?.mean ?? 1), Interval(percentilesOf: depths, clusters: clusters))
  }

  init(_ reference: Reference, _ value: Estimate) { (self.reference, self.value) = (reference, value) }
}

/// Places summed by the question they answer.
private struct QuestionSums {
  private let sums, counts: [Double]

  init(_ places: [Double], _ questions: [Int]) {
    let asked = groups(of: questions)
    sums = asked.map { $0.members.reduce(0) { $0 + places[$1] } }
    counts = asked.map { Double($0.members.count) }
  }

  var count: Int { sums.count }
  var mean: Double { sums.reduce(0, +) / counts.reduce(0, +) }

  /// The mean of each bootstrap sample of the questions.
  func means(samples: Int, seed: UInt64, purpose: SeededGenerator.Purpose) -> [Double] {
    let resamples = Resamples(of: count, count: samples, seed: seed, purpose: purpose)
    return (0..<samples).map { index in
      let drawn = resamples.counts(index)
      let total = zip(drawn, counts).reduce(0) { $0 + $1.0 * $1.1 }
      return zip(drawn, sums).reduce(0) { $0 + $1.0 * $1.1 } / total
    }
  }
}
