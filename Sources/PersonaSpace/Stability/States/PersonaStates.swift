internal import LinearAlgebra
public import Statistics

/// The responses of one persona in one layer, told apart: given as the default, or as the persona.
///
/// A model that is asked to be someone else answers either as itself or as the persona. Pooled, the two hide each other: a
/// persona refused in a share r of its answers has a standard deviation of √(r (1 − r)) of the way even where neither wobbles. So
/// each answer is first placed on the way from the default (0) to the persona (about 1), on directions learned on other questions
/// (`ResponsePlaces`); then two states are set against one on questions left out; and resistance, departure and instability
/// are measured each by itself. Places, and all that is not said otherwise, are shares of the way.
public struct PersonaStates: Sendable {
  /// The place of each response; shape (n).
  public private(set) var places: [Double]
  /// The probability that each response was given as the default; shape (n). 0 in a single state that is clear of the default and
  /// from which no answers are apart; NaN in one that is not identified.
  public private(set) var home: [Double]
  /// The standard deviation of the default's own answers about its mean to the same question, along the same directions.
  public let floor: Double
  /// The mean length of the way, in activation units.
  public let distance: Double
  /// The mean place in the default's own standard deviations; interval over questions. Its zero is `DefaultHalves.zero(for:prompts:)`.
  public let departure: Estimate
  /// The two states that fit best, whether or not there are two.
  public let mixture: StateMixture
  /// Two states against one on questions left out.
  public let advantage: HeldOutAdvantage
  /// Which states there are.
  public let state: PersonaState
  /// Whether `resistance` can be told.
  public let identification: Identification
  /// The share of answers given as the default; interval over questions, joint with the default's. NaN if not identified. In one
  /// state the interval starts at 0 and reaches at least 3 / n, what n independent answers cannot exclude, and what answers of the
  /// default within the reach of that state would leave possible (`HomeShareLimit`).
  public let resistance: Estimate
  /// The standard deviation of the adopted answers (of all, in one state) along the way, and that of the default's own.
  public let instability: StateInstability
  /// Pairs of runs in different states.
  public let flips: StateFlips
  /// What the model does with the persona; nil if not identified.
  public let quadrant: Quadrant?
  /// The share of the bootstrap samples in which it is in `quadrant`; nil without one, or without samples.
  public let quadrantShare: Double?
  /// What the bootstrap samples show; sample b has the same questions for every persona that was asked as many.
  public private(set) var replicates: StateReplicates
  /// Why the default's mean over all answers was taken off, if it was.
  public let fallback: DefaultAnswers.Fallback?

  /// - Parameters:
  ///   - halves: what halves of the default show; nil to hold departure against 0 alone.
  ///   - axisLength: the length of the axis in activation units, the unit of instability.
  ///   - cutoffs: from where on a persona counts as resisted, and as unstable.
  ///   - samples: bootstrap samples of questions; without at least 40, and 5 questions, there are no intervals.
  /// - Throws: `StatesFault` or `LinearAlgebraError`.
  /// - Complexity: O((n + m) · d) for places, and O(n) for a sample.
  public init(
    of responses: PersonaResponses, from assistant: DefaultAnswers, halves: DefaultHalves?, axisLength: Double,
    criteria: StateCriteria = StateCriteria(), cutoffs: Quadrant.Cutoffs = Quadrant.Cutoffs(), samples: Int = 1000,
    seed: UInt64
  ) throws {
    let questions = responses.questions
    let reading = try Self.places(of: responses, from: assistant, least: criteria.answers)
    let floor = standardDeviation(of: reading.assistant)
    guard floor > 0 else { throw StatesFault.constantDefault }
    (places, self.floor, distance, fallback) = (reading.persona, floor, reading.distance, reading.fallback)
    let asked = Set(questions).count
    let least = max(criteria.distance, halves?.promptReach ?? 0) * floor
    let (mixture, advantage) = Self.mixture(places, questions, floor: floor, least: least, criteria)
    let isTwo = Self.isTwo(mixture, advantage, least: least, criteria)
    let resampled = ResampledStates(
      of: places, questions: questions, assistant: reading.assistant,
      assistantQuestions: assistant.responses.questions, floor: floor, mixture: mixture,
      samples: asked < Interval.leastClusters || samples < Interval.leastReplicates ? 0 : samples, seed: seed)
    let departure = Estimate(
      mean(of: places) / floor, Interval(percentilesOf: resampled.departures, clusters: asked))
    let posteriors = places.map { mixture.posterior($0) }
    let told = Self.resistance(
      mean(of: posteriors), count: places.count, resampled,
      most: isTwo ? nil : HomeShareLimit(of: places, mixture: mixture, floor: floor).value)
    (state, identification) =
      isTwo
      ? (.two, Self.identification(ofTwo: mixture, criteria))
      : Self.decision(
        SingleState(of: places, floor: floor), departure: departure, floor: floor,
        zero: halves?.zero(for: places.count, prompts: responses.promptCount), resistance: told,
        hidden: { Self.hiddenShare(reading.persona, $0, reading.clusters, floor: floor, told: told.value) }, criteria)
    resistance = identification == .identified ? told : Estimate(.nan)
    let isCounted =
      isTwo || (identification == .identified && mixture.separation >= criteria.countable)
    let alone = identification == .identified ? 0 : Double.nan
    home = isCounted ? posteriors : [Double](repeating: alone, count: places.count)
    instability = try StateInstability(
      places: places, home: isCounted ? posteriors : nil, mixture: mixture, responses: responses,
      resampled: resampled, floor: floor,
      meanError: assistant.meanError(for: questions, fallsBack: fallback != nil), unit: distance / axisLength)
    flips = StateFlips(home: home, questions: questions, prompts: home[0].isNaN ? nil : responses.prompts)
    (self.mixture, self.advantage, self.departure) = (mixture, advantage, departure)
    quadrant = Quadrant(
      resistance: resistance.value, instability: instability.deviation.value, floor: instability.floor,
      cutoffs: cutoffs)
    replicates = StateReplicates(resampled, isCounted: isCounted, instability)
    quadrantShare = replicates.share(of: quadrant, floor: instability.floor, cutoffs: cutoffs)
  }

  /// The same without what there is for each response and each sample.
  public var summary: PersonaStates {
    var result = self
    (result.places, result.home, result.replicates) = ([], [], StateReplicates())
    return result
  }

  private static func places(
    of responses: PersonaResponses, from assistant: DefaultAnswers, least: Int
  ) throws -> ResponsePlaces {
    guard responses.count >= least else { throw StatesFault.tooFewAnswers(responses.count, least: least) }
    guard Set(responses.questions).count >= 2 else { throw StatesFault.oneQuestion }
    let (own, others) = (responses.activations.columns, assistant.mean.count)
    guard own == others else { throw StatesFault.dimensions(persona: own, assistant: others) }
    let reading = try ResponsePlaces(of: responses, from: assistant, findsClusters: true)
    guard reading.persona.allSatisfy(\.isFinite) else { throw StatesFault.noDirection }
    return reading
  }

  /// The two states to be held against one: about the default, or anywhere if that shows two and is much likelier.
  private static func mixture(
    _ places: [Double], _ questions: [Int], floor: Double, least: Double, _ criteria: StateCriteria
  ) -> (StateMixture, HeldOutAdvantage) {
    let anchored = StateMixture(of: places, floor: floor)
    if let free = anchored.muchLikelierElsewhere(at: places, floor: floor) {
      let advantage = HeldOutAdvantage(of: places, questions: questions, floor: floor, isFree: true)
      if isTwo(free, advantage, least: least, criteria) { return (free, advantage) }
    }
    return (anchored, HeldOutAdvantage(of: places, questions: questions, floor: floor, isFree: false))
  }

  private static func isTwo(
    _ mixture: StateMixture, _ advantage: HeldOutAdvantage, least: Double, _ criteria: StateCriteria
  ) -> Bool {
    advantage.t > criteria.advantage && mixture.separation >= criteria.separation
      && mixture.adopted >= least
  }

  private static func identification(ofTwo mixture: StateMixture, _ criteria: StateCriteria) -> Identification {
    let position = mixture.homePosition
    return abs(position) > StateMixture.homeReach ? .twoWays(homePosition: position) : .identified
  }

  private static func decision(
    _ one: SingleState, departure: Estimate, floor: Double, zero: Interval?, resistance: Estimate,
    hidden: (SingleState) -> Double?, _ criteria: StateCriteria
  ) -> (PersonaState, Identification) {
    let least = departure.interval?.low ?? departure.value
    guard least > (zero?.high ?? 0) else { return (.none, .likeDefault(departure: departure.value)) }
    let variance = (one.standardDeviation * one.standardDeviation + floor * floor) / 2
    let clearance = one.place / variance.squareRoot()
    guard clearance >= criteria.clearance, departure.value >= criteria.distance else {
      return (.one, .nearDefault(departure: departure.value, clearance: clearance))
    }
    if let share = hidden(one) { return (.one, .grouped(nearer: share)) }
    let most = resistance.interval?.high ?? resistance.value
    return (.one, most <= criteria.uncertainty ? .identified : .uncertain(upTo: most))
  }

  /// The share of answers in a group that is nearer to the default, of two that are not told as two states; nil without, or if as many
  /// are taken for the default's.
  private static func hiddenShare(
    _ places: [Double], _ one: SingleState, _ clusters: AnswerClusters?, floor: Double, told: Double
  ) -> Double? {
    var shares = clusters.map { $0.areTwo ? [$0.nearerShare] : [] } ?? []
    let free = StateMixture(of: places, floor: floor, isFree: true)
    if free.home < free.adopted, free.homePosition <= StateCriteria.groupReach,
      free.separation >= StateCriteria.groupSeparation,
      free.logLikelihood(places) > one.logLikelihood + 3
    {
      shares.append(free.share)
    }
    return shares.filter { $0 > told + StateCriteria.groupShare }.max()
  }

  /// - Parameter most: what a single state leaves possible; nil for two.
  private static func resistance(_ share: Double, count: Int, _ resampled: ResampledStates, most: Double?) -> Estimate {
    let own =
      resampled.shares.isEmpty
      ? nil
      : Interval(
        share: share, of: count, deviation: standardDeviation(of: resampled.shares), clusters: resampled.questions)
    guard let most else { return Estimate(share, own) }
    // Below half an answer none is seen at the default's place.
    let seen = share * Double(count) > 0.5 ? own?.high ?? 0 : 0
    return Estimate(share, Interval(low: 0, high: min(max(seen, most, 3 / Double(count)), 1)))
  }
}

extension StateMixture {
  /// The place of the lower state, in shares of the way to the adopted one.
  public var homePosition: Double { home / adopted }

  /// The fit with its lower state anywhere, if that lies beyond `homeReach` and is likelier by more than 3 nats, what a parameter
  /// without meaning gains in 1 of 70 cases.
  func muchLikelierElsewhere(at places: [Double], floor: Double) -> StateMixture? {
    let free = StateMixture(of: places, floor: floor, isFree: true)
    guard free.adopted > 0, free.home < free.adopted, abs(free.homePosition) > Self.homeReach else { return nil }
    return free.logLikelihood(places) > logLikelihood(places) + 3 ? free : nil
  }
}
