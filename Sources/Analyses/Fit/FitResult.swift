internal import Dumps
public import PersonaSpace
public import Statistics

/// A fitted space, layer by layer, with what names its rows.
public struct FitResult: Sendable {
  /// The layer numbers.
  public let layers: [Int]
  /// The fit of each layer.
  public let spaces: [LayerSpace]
  /// The roles in the order of the rows.
  public let roles: [String]
  /// The roles that were left out because a value is not finite.
  public let skipped: [String]
  /// The number of dimensions.
  public let hiddenSize: Int
  /// The responses behind each vector, where they are known.
  public let counts: [String: Int]
  /// What was done with the dimensions.
  public let scaling: FeatureScaling
  /// The traits, in the order of their names; empty without trait vectors.
  public let traits: [String]
  /// Where the traits point in each layer; empty where they do not have it.
  public let traitReadings: [[TraitReading]]
  /// Where the roles lie along the traits in each layer; nil where they do not have it.
  let roleTraits: [RoleTraits?]
  /// The trend of positions over the levels of roles, layer by layer; empty without levels.
  public let trends: [LevelTrend]
  /// The probabilities of their rank correlations, adjusted for the number of layers (Benjamini and Hochberg).
  public var trendRates: [Double] { falseDiscoveryRates(trends.map(\.spearmanProbability)) }
  /// The roles with a level.
  public let levelledRoles: Int
  /// How halves of the responses agree; empty unless asked for.
  public let splits: [ResponseSplit]
  /// Whether the dump has responses, by which they could.
  public let hasResponses: Bool
  /// Whether role vectors are freed of the questions that their answers are to, or why not; nil where no answers were averaged.
  public let adjustment: AdjustmentOutcome?
  /// cos(axis, PC1) in each layer without that, confounded by the questions; empty where nothing was taken off.
  public let unadjustedCosines: [Double]
  /// Why the error with which roles are measured is not known; nil where it is resampled, or nothing is.
  public let unknownErrors: UnknownErrors?
  /// The questions that roles and default answered, where these are resampled.
  public let answeredQuestions: Int?
  /// Whether what is resampled behind the default are questions, rather than responses one by one.
  public let resamplesQuestions: Bool
  /// Whether halves were asked for.
  public let wantedSplits: Bool
  /// The interval of cos(axis, PC1) of each layer that holds for all layers at once, and so for the one that is chosen; nil where a layer
  /// has none.
  public let simultaneous: [Interval?]
  /// How single answers lie along the axis of each layer; empty where there is one layer, or no answers that tell.
  public let agreements: [AnswerAgreement?]
  /// The layer to look at first; nil if there is an axis at none.
  public let choice: LayerChoice?
  let labels: RoleTable
  let rowLayers: [Int]
  let manifest: Manifest
  let assistantName: String

  /// The verdict over all layers; nil without a default.
  public var verdict: AxisVerdict.Outcome? {
    let outcomes = spaces.compactMap { $0.assistant?.verdict.outcome }
    return outcomes.isEmpty ? nil : AxisVerdict.overall(outcomes)
  }

  /// The layer that would be looked at first if it did not matter whether a verdict rests on massive dimensions.
  public var choiceWithMassive: Int? { LayerChoice.withMassive(of: spaces) }

  /// The index of the layer to show where one is wanted: the middle one.
  public var middle: Int { layers.count / 2 }

  /// The readings of traits that characterise an end of the axis or a component in the layer at `index`, the strongest first.
  public func polesOfTraits(_ index: Int) -> [TraitReading] {
    TraitReading.called(traitReadings[index])
  }

  /// The space as later verbs use it; nil without a default.
  var space: Space? {
    let fits = spaces.compactMap(\.assistant)
    guard fits.count == spaces.count else { return nil }
    return Space(
      layers: layers, hiddenSize: hiddenSize, axes: fits.map(\.axis),
      factors: spaces.allSatisfy { $0.factors == nil } ? nil : spaces.map { $0.factors ?? [] }, roleNames: roles,
      roleProjections: fits.map { $0.roles.map(\.projection) },
      roleReach: fits.map { $0.roles.map(\.offAxisDistance).max() ?? .nan }, rowLayers: rowLayers,
      model: manifest.model, assistantName: assistantName)
  }
}
