internal import LinearAlgebra
public import Statistics

/// What is said of one persona in one layer.
public struct PersonaReading: Sendable {
  /// Its answers told apart by state, or why they are not.
  public let states: Result<PersonaStates, StatesFault>
  /// How far the adopted answers go; nil without a reference.
  public let depth: Result<PersonaDepth, PersonaDepth.Fault>?
  /// What halves of the default depart from each other; nil where it cannot be split.
  public let zero: Interval?
  /// What a reader's scores say of the same answers; nil without scores that differ.
  public let agreement: ScoreAgreement?
  /// How its answers' places go with their lengths; nil where these are not known.
  public let length: ResponseLength?
  /// The mean axis position.
  public let position: Double
  /// How far its answers lie from the default's to the same questions along the axis, away from the Assistant, in the default's
  /// own standard deviations there; NaN without a default.
  public let axisDeparture: Double
  /// The standard deviation of the adopted answers along the axis, in axis lengths; NaN of fewer than 2.
  public let axisInstability: Double

  /// - Parameters:
  ///   - positions: the axis position of each answer.
  ///   - assistant: the default's axis positions as answers of one dimension; nil without a default.
  public init(
    _ states: Result<PersonaStates, StatesFault>, depth: Result<PersonaDepth, PersonaDepth.Fault>?, zero: Interval?,
    agreement: ScoreAgreement?, length: ResponseLength? = nil, positions: PersonaResponses, assistant: DefaultAnswers?
  ) {
    (self.states, self.depth, self.zero, self.agreement) = (states, depth, zero, agreement)
    self.length = length
    let places = positions.activations.elements
    position = mean(of: places)
    if let assistant {
      let fallsBack = assistant.fallback(for: positions.questions) != nil
      let own = assistant.differences(of: positions, fallsBack: fallsBack).elements
      axisDeparture = -mean(of: own) / standardDeviation(of: assistant.ownDifferences(fallsBack: fallsBack).elements)
    } else {
      axisDeparture = .nan
    }
    let home = (try? states.get())?.home ?? []
    let adopted = places.indices.filter { home.isEmpty || !(home[$0] > 0.5) }
    axisInstability = adopted.count < 2 ? .nan : standardDeviation(of: adopted.map { places[$0] })
  }

  private init(
    _ other: PersonaReading, states: Result<PersonaStates, StatesFault>
  ) {
    self.states = states
    (depth, zero, agreement, position) = (other.depth, other.zero, other.agreement, other.position)
    length = other.length
    (axisDeparture, axisInstability) = (other.axisDeparture, other.axisInstability)
  }

  /// The same without what there is for each response and each sample.
  public var summary: PersonaReading { PersonaReading(self, states: states.map(\.summary)) }
}
