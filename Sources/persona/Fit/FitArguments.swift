internal import Analyses
internal import ArgumentParser
internal import Dumps
internal import Files
internal import PersonaSpace

/// How to fit.
struct FitArguments: ParsableArguments {
  @Option(help: ArgumentHelp("The role that is the Assistant, by its exact name.", valueName: "NAME"))
  var `default` = "default"

  @Option(help: ArgumentHelp("Components to keep directions and scores of.", valueName: "K"))
  var components = 10

  @Option(
    help: ArgumentHelp(
      "Leave dimensions out of everything: 788,1384, or massive for those with ten times an even share of the squared norm.",
      valueName: "LIST"))
  var dropDimensions: DimensionList?

  @Option(help: "Divide each dimension by its standard deviation over the roles (zscore), or leave it (none).")
  var scale = ScaleOption.none

  @Option(
    help: ArgumentHelp("A folder with <trait>.pt of trait vectors (default: traits/ of the dump).", valueName: "DIR"))
  var traits: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The layer numbers of the rows of trait vectors, where they are not those of the roles.", valueName: "LAYERS"))
  var traitRowLayers: LayerSelection?

  @Flag(
    help:
      "Fit halves of the responses, by questions and by prompts, and compare them; each response is read twice more.")
  var splitHalf = false

  /// Fewer bootstrap samples give no intervals.
  static let leastSamples = 40

  @OptionGroup(title: "Responses (activations/, where there is no vectors/, or with any of these options)")
  var responses: ResponseArguments

  func validate() throws {
    if traitRowLayers == .all { throw ValidationError("--trait-row-layers: layer numbers are wanted") }
    if components < 1 { throw ValidationError("--components: a number of at least 1 is wanted") }
  }

  func options(_ layer: LayerOptions, _ common: CommonOptions) -> FitOptions {
    var options = FitOptions()
    options.settings = common.settings(layer)
    (options.rowLayers, options.tensor) = (layer.rowLayers, layer.tensor)
    (options.assistantName, options.components) = (`default`, components)
    options.scaling = FeatureScaling(dropped: dropDimensions?.dropped ?? .none, scale: scale.scale)
    (options.traits, options.traitRowLayers) = (traits, traitRowLayers)
    (options.splitsHalves, options.axes) = (splitHalf, responses.axes)
    if responses.areGiven { options.responses = responses.options(layer, default: `default`, common) }
    return options
  }
}

/// What is done with dimensions.
enum ScaleOption: String, ExpressibleByArgument, CaseIterable {
  case none, zscore

  var scale: FeatureScaling.Scale {
    switch self {
    case .none: .none
    case .zscore: .zscore
    }
  }
}

/// Dimensions to leave out.
struct DimensionList: ExpressibleByArgument {
  let dropped: FeatureScaling.Dropped

  init?(argument: String) {
    if argument == "massive" {
      dropped = .massive
      return
    }
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard !numbers.isEmpty, numbers.allSatisfy({ $0.map { $0 >= 0 } ?? false }) else { return nil }
    dropped = .listed(Set(numbers.compactMap(\.self)).sorted())
  }
}
