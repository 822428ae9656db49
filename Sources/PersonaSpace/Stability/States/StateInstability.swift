internal import LinearAlgebra
public import Statistics

/// How much the adopted answers of a persona vary along its own direction, in axis lengths: nothing is divided by how far it goes.
public struct StateInstability: Sendable {
  /// The standard deviation of the adopted answers, or of all where there is one state; interval over questions. What the default's
  /// mean answers are uncertain by is taken off.
  public let deviation: Estimate
  /// The standard deviation of the default's own answers to a question along the same direction.
  public let floor: Double
  /// The parts of the variance, in squared axis lengths, of the answers likelier adopted than not; nil of fewer than 3. The
  /// uncertainty of the default's means is taken off the question's.
  public let parts: StateSpread?
  /// The number of those answers.
  public let count: Int
  /// What is taken off a variance in shares of the way, and axis lengths in the way.
  private let error, unit: Double

  /// - Parameters:
  ///   - home: the probability of the home state of each answer; nil where all are taken for one state.
  ///   - meanError: the variance of the default's mean answer to a question, in its own variances.
  ///   - unit: axis lengths in the way.
  init(
    places: [Double], home: [Double]?, mixture: StateMixture, responses: PersonaResponses, resampled: ResampledStates,
    floor: Double, meanError: Double, unit: Double
  ) throws {
    let error = floor * floor * meanError
    (self.error, self.unit) = (error, unit)
    func corrected(_ deviation: Double) -> Double { max(deviation * deviation - error, 0).squareRoot() * unit }
    let own = home == nil ? standardDeviation(of: places) : mixture.adoptedStandardDeviation
    let drawn = home == nil ? resampled.deviations : resampled.adoptedDeviations
    let interval = Interval(
      normalAbout: own, lessBias: 1, of: drawn, on: .logarithm,
      widenedBy: Interval.widening(forSamplesOf: resampled.questions))
    deviation = Estimate(
      corrected(own), interval.map { Interval(low: corrected($0.low), high: corrected($0.high)) })
    self.floor = floor * unit
    let adopted = places.indices.filter { index in home.map { $0[index] <= 0.5 } ?? true }
    count = adopted.count
    parts =
      adopted.count < 3
      ? nil
      : try StateSpread(
        of: adopted.map { places[$0] * unit }, questions: adopted.map { responses.questions[$0] },
        prompts: responses.prompts.map { own in adopted.map { own[$0] } }, questionError: error * unit * unit)
  }

  /// A standard deviation in shares of the way as instability: less what the default's means are uncertain by, in axis lengths.
  func corrected(_ deviation: Double) -> Double { max(deviation * deviation - error, 0).squareRoot() * unit }
}
