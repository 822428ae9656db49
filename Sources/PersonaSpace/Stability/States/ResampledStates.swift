internal import Statistics

/// What bootstrap samples of questions show, each question with the answers of the persona and of the default to it.
///
/// The places of the answers stay as they were learned on other questions; floor, mixture and moments are those of the sample.
struct ResampledStates: Sendable {
  /// Departures; shape (samples).
  private(set) var departures: [Double] = []
  /// Shares at home, and standard deviations of the adopted state and of all answers; shape (samples, at most `mostMixtures`).
  private(set) var shares: [Double] = []
  private(set) var adoptedDeviations: [Double] = []
  private(set) var deviations: [Double] = []
  /// The samples in which states are fitted: their standard deviations, which intervals are made from, are then known to 1 in 25.
  private static let mostMixtures = 300
  /// The number of questions.
  let questions: Int

  /// - Parameter floors: the squares of the default's places and their number, by question.
  init(
    of places: [Double], questions: [Int], assistant: [Double], assistantQuestions: [Int], floor: Double,
    mixture: StateMixture, samples: Int, seed: UInt64
  ) {
    let asked = groups(of: questions)
    let numbers = Dictionary(uniqueKeysWithValues: asked.enumerated().map { ($1.key, $0) })
    let own = questions.map { numbers[$0] ?? 0 }
    var (squares, counts) = ([Double](repeating: 0, count: asked.count), [Double](repeating: 0, count: asked.count))
    for (place, question) in zip(assistant, assistantQuestions) {
      guard let number = numbers[question] else { continue }
      squares[number] += place * place
      counts[number] += 1
    }
    self.questions = asked.count
    // Without answers of the default to the same questions its floor is not resampled with them.
    let hasBoth = counts.allSatisfy { $0 > 0 }
    let scale = Self.root(of: squares, counts, [Double](repeating: 1, count: asked.count))
    let resamples = Resamples(of: asked.count, count: samples, seed: seed, purpose: .responses)
    for index in 0..<samples {
      let drawn = resamples.counts(index)
      let ratio = hasBoth ? Self.root(of: squares, counts, drawn) / scale : 1
      add(
        places, weights: own.map { drawn[$0] }, floor: ratio > 0 ? floor * ratio : floor,
        index < Self.mostMixtures ? mixture : nil)
    }
  }

  private static func root(of squares: [Double], _ counts: [Double], _ drawn: [Double]) -> Double {
    var (sum, number) = (0.0, 0.0)
    for question in drawn.indices {
      sum += drawn[question] * squares[question]
      number += drawn[question] * counts[question]
    }
    return (sum / number).squareRoot()
  }

  /// - Parameter start: the states that those of the sample are fitted from; nil for none.
  private mutating func add(_ places: [Double], weights: [Double], floor: Double, _ start: StateMixture?) {
    var (total, sum) = (0.0, 0.0)
    for (index, place) in places.enumerated() where weights[index] > 0 {
      total += weights[index]
      sum += weights[index] * place
    }
    let centre = sum / total
    departures.append(centre / floor)
    guard var mixture = start else { return }
    mixture.fit(places, weights: weights, floor: floor, steps: 40, tolerance: 1e-3)
    var (atHome, squares) = (0.0, 0.0)
    for (index, place) in places.enumerated() where weights[index] > 0 {
      atHome += weights[index] * mixture.posterior(place)
      squares += weights[index] * (place - centre) * (place - centre)
    }
    shares.append(atHome / total)
    adoptedDeviations.append(mixture.adoptedStandardDeviation)
    deviations.append((squares / (total - 1)).squareRoot())
  }
}
