internal import Dumps
public import PersonaSpace

/// Resistance, depth, instability and the variance of readouts, layer by layer.
public struct StabilityResult: Sendable {
  /// What is known of a persona in every layer.
  public struct Persona: Sendable {
    /// Its name.
    public let name: String
    let label: RoleTable.Label
    /// The responses that are measured for states: all, or those under its strongest prompts.
    public let count: Int
    /// The number of questions, or of responses where keys name none, by which samples are drawn.
    public let questions: Int
    /// Whether it has one prompt, and what another wording does to the default is not known: whether what departs is the persona's is not
    /// told then.
    let hasOneWording: Bool
    /// Whether responses have scores.
    public let isScored: Bool

    /// Why cells of the row of `reading` are empty, in words; empty if none are.
    public func note(_ reading: PersonaReading, _ result: StabilityResult) -> String {
      StabilityNotes.note(self, reading, result)
    }
  }

  /// One layer.
  public struct Layer: Sendable {
    /// Its number.
    public let layer: Int
    /// The reading of each persona.
    public let readings: [PersonaReading]
    /// The variance of each readout; empty if it takes more personas or responses.
    public let variances: [(readout: String, variance: PersonaVariance)]
    /// The trends over the levels of personas; none without two levels that are numbers.
    public let trends: [StabilityTrend]
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
  /// Whether there are answers of the default.
  public let hasDefault: Bool
  /// The responses that were measured, with the digests of what was read of them.
  let responses: [InputDigest]
  /// Every other file that was read.
  let paths: [String]

  /// The index of the layer to show where one is wanted: the middle one.
  public var middle: Int { layers.count / 2 }
}
