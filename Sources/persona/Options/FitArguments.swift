internal import ArgumentParser
internal import PersonaFiles

/// How to fit.
struct FitArguments: ParsableArguments {
  @Option(help: ArgumentHelp("The role that is the Assistant, by its exact name.", valueName: "NAME"))
  var `default` = "default"

  @Option(help: ArgumentHelp("Components to keep directions and scores of.", valueName: "K"))
  var components = 10

  @OptionGroup(title: "Responses (activations/, where there is no vectors/, or with any of these options)")
  var responses: ResponseArguments

  func validate() throws {
    if components < 1 { throw ValidationError("--components: a number of at least 1 is wanted") }
  }

  func options(_ layer: LayerOptions, _ common: CommonOptions) -> FitOptions {
    var options = FitOptions()
    (options.layers, options.rowLayers, options.tensor) = (layer.layers, layer.rowLayers, layer.tensor)
    (options.assistantName, options.components) = (`default`, components)
    (options.skipsNonFinite, options.threads) = (layer.nonfinite == .skip, common.threadCount)
    (options.replicates, options.seed) = (common.bootstrap, common.seed)
    if responses.areGiven { options.responses = responses.options(layer, default: `default`, common) }
    return options
  }
}
