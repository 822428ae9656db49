public import Dumps
public import PersonaSpace

/// What to fit, and how.
public struct FitOptions: RunOptions {
  /// What it has in common with other runs.
  public var settings = RunSettings()
  /// The layer numbers of the dump's rows, where they are not as its manifest or their order says.
  public var rowLayers: LayerSelection?
  /// The exact name of the role that is the Assistant.
  public var assistantName = "default"
  /// The tensor to take from files that hold several.
  public var tensor: String?
  /// The order of the axes of a stack of roles, or of vectors; one of turns says nothing here.
  public var axes: AxesOrder?
  /// Whether to fit components alone, without a default and an axis.
  public var componentsOnly = false
  /// How many components to keep directions and scores of.
  public var components = 10
  /// The role vectors held at a time, in bytes of doubles; at least one layer of them is. Fitting copies what it
  /// works on, so that memory peaks at about three times this.
  public var groupBytes = 48 << 20
  /// How the responses of a dump are averaged that has no vectors; nil for the usual way. If it is set, responses are
  /// averaged even where there are vectors.
  public var responses: VectorsOptions?
  /// What is done with the dimensions before a layer is fitted.
  public var scaling = FeatureScaling()
  /// The folder with trait vectors; nil for `traits/` of the dump.
  public var traits: String?
  /// The layer numbers of their rows, where they are not those of the roles.
  public var traitRowLayers: LayerSelection?
  /// Whether halves of the responses, with none in common, are fitted by themselves and compared.
  public var splitsHalves = false

  /// The defaults.
  public init() {}
}
