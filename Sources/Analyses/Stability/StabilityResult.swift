internal import Dumps
public import PersonaSpace

/// Resistance, instability and the variance of readouts, layer by layer.
public struct StabilityResult: Sendable {
  /// What is known of a persona in every layer.
  public struct Persona: Sendable {
    /// Its name.
    public let name: String
    let label: RoleTable.Label
    /// The responses that are scored.
    public let count: Int
    /// The responses that the target is the mean of; nil if that is not known.
    public let targetCount: Int?
    /// Where the target comes from.
    public let target: Origin
    /// Whether each response of the target is scored against the others.
    public let leavesOneOut: Bool
    /// Why there is no target; nil if there is.
    public let reason: String?
    /// The number of questions, or of responses where keys do not say them, by which samples are drawn.
    public let clusters: Int

    /// Where a target comes from.
    public enum Origin: String, Sendable, Encodable {
      case own, responses, vectors, space, none
    }
  }

  /// One layer.
  public struct Layer: Sendable {
    /// Its number.
    public let layer: Int
    /// The reading of each persona; nil without a target.
    public let readings: [PersonaReading?]
    /// The variance of each readout; empty if it takes more personas or responses.
    public let variances: [(readout: String, variance: PersonaVariance)]
  }

  /// The personas, in the order of their names.
  public let personas: [Persona]
  /// The layers.
  public let layers: [Layer]
  /// The responses that there are.
  public let design: ResponseDesign
  /// Why nothing is said of variance; nil if something is.
  public let varianceReason: String?
  /// From where on a persona counts as resisted, and as unstable.
  public let cutoffs: Quadrant.Cutoffs
  /// The bootstrap replicates.
  public let replicates: Int
  /// Whether samples are of questions.
  public let drawsQuestions: Bool
  /// Whether a prompt, rather than a question, is what was shuffled; nil if nothing was.
  public let shufflesPrompts: Bool?
  /// The trends over the levels of personas; none without two levels that are numbers.
  public internal(set) var trends: [(layer: Int, trend: StabilityTrend)] = []
  /// The responses that were measured, with the digests of what was read of them.
  let responses: [InputDigest]
  /// Every other file that was read.
  let paths: [String]

  /// The index of the layer to show where one is wanted: the middle one.
  public var middle: Int { layers.count / 2 }
}
