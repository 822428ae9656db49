/// From where on two states are told apart, and one from the default.
public struct StateCriteria: Sendable, Equatable, Encodable {
  /// The least `HeldOutAdvantage.t` of two states.
  public var advantage = 2.0
  /// The least separation of two states.
  public var separation = 3.0
  /// The least separation at which answers are counted by state where two states are not shown to predict better than one.
  public var countable = 4.5
  /// The distance, in √ of the mean of both variances, from where on one state is clear of the default.
  public var clearance = 2.25
  /// The least distance of the adopted state, and the least departure of a single one that is clear, in the default's standard
  /// deviations.
  public var distance = 4.0
  /// The largest upper limit of resistance in a single state that is clear of the default: above, answers of it look like either.
  public var uncertainty = 0.4
  /// From which separation on two groups of the answers of a single state matter, how far on the way to the other the one nearer to the
  /// default may lie, and by how much its share must exceed resistance.
  static let (groupSeparation, groupReach, groupShare) = (2.4, 0.7, 0.2)
  /// The fewest answers.
  public var answers = 12

  /// The usual ones.
  public init() {}
}

/// Which states a persona's answers are in.
public enum PersonaState: String, Sendable, Equatable, Codable, CaseIterable {
  /// A switch: two states that predict answers to other questions better than one does.
  case two
  /// Graded: one state that departs from the default.
  case one
  /// Not told from the default.
  case none
}

/// Whether resistance can be told, and if not, why.
public enum Identification: Sendable, Equatable {
  /// It can.
  case identified
  /// A persona that never leaves the default and one that is the default look the same without an outside reference.
  case likeDefault(departure: Double)
  /// One state, too near the default for an answer to be either's alone; `clearance` is its distance in √ of the mean of both
  /// variances.
  case nearDefault(departure: Double, clearance: Double)
  /// One state, of which up to this share may be answers of the default.
  case uncertain(upTo: Double)
  /// One state that is clear of the default, but whose answers fall into two groups: this share of them is in the one nearer to the
  /// default, which may be the default's answers moved by the prompt.
  case grouped(nearer: Double)
  /// Two states, the lower of which is not where the default is but at this share of the way: two ways of being the persona.
  case twoWays(homePosition: Double)
}

/// Why nothing is told of a persona's states.
public enum StatesFault: Error, Sendable, Equatable {
  /// There are fewer than two answers of the default to tell answers from.
  case noDefault
  /// Fewer answers than `StateCriteria.answers`.
  case tooFewAnswers(Int, least: Int)
  /// Answers to a single question: directions are learned on other questions.
  case oneQuestion
  /// The default's answers to a question are all the same, so that there is no unit to count in.
  case constantDefault
  /// Persona and default are of different dimensions.
  case dimensions(persona: Int, assistant: Int)
  /// The persona's mean answer is the default's: there is no way from one to the other.
  case noDirection
}
