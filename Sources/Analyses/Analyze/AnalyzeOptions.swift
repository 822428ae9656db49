public import Dumps
internal import PersonaSpace

/// How to analyse a dump from end to end.
public struct AnalyzeOptions: Sendable {
  /// How to fit. Its settings are those of the whole way; its layers are the ones that later steps find.
  public var fit = FitOptions()
  /// How to read turns.
  public var turns = TurnOptions()
  /// How to measure drift.
  public var drift = DriftOptions()
  /// The percentiles of the role vectors' projections to cap at.
  public var percentiles = CapThresholds.usualPercentiles
  /// Domains that capping should not touch.
  public var benign: [String] = []
  /// The share of what is benign that a recommended cap may touch, in 0…1.
  public var budget = CapRun.usualBudget
  /// The layer that is shown throughout; nil for the one that the fit recommends.
  public var layer: Int?
  /// How resistance and instability are measured; what is of the fit as well is as there.
  public var stability = StabilityOptions()

  /// The defaults.
  public init() {}

  /// The settings of what follows the fit: all the layers that it has.
  var laterSettings: RunSettings {
    var settings = fit.settings
    settings.layers = .all
    return settings
  }

  /// The options in force, by their long names, as `run.json` has them; those of responses and of stability are beside them.
  var recorded: [String: String] {
    var recorded = fit.settings.recorded
    // The record names the seed by itself.
    recorded["seed"] = nil
    return recorded.merging([
      "row-layers": fit.rowLayers?.text ?? "", "default": fit.assistantName, "tensor": fit.tensor ?? "",
      "components": "\(fit.components)", "threshold": "\(drift.threshold)",
      "compare": (drift.comparison ?? []).joined(separator: ","),
      "percentile": percentiles.map { "\($0)" }.joined(separator: ","), "benign": benign.joined(separator: ","),
      "max-benign": "\(budget)", "split-half": "\(fit.splitsHalves)", "traits": fit.traits ?? "",
      "trait-row-layers": fit.traitRowLayers?.text ?? "", "drop-dimensions": fit.scaling.dropped.text,
      "scale": fit.scaling.scale.rawValue, "layer": layer.map(String.init) ?? "",
    ]) { own, _ in own }
  }

  /// How responses are averaged, by the long names.
  var responsesRecorded: [String: String] {
    let responses = fit.responses ?? VectorsOptions()
    return responses.recorded.merging(["min-count": responses.filter.minimum.map(String.init) ?? ""]) { own, _ in own }
  }
}

/// What an analysis found.
public struct AnalyzeResult: Sendable {
  /// The fitted space.
  public let fit: FitResult
  /// The layer that is shown throughout.
  public let layer: AnalyzedLayer
  /// The drift of conversations; nil if the dump has no turns.
  public let drift: DriftResult?
  /// Whether the turns lie far outside what the roles span; nil if they do not, or the dump has no turns.
  public let farTurns: FarTurns?
  /// What capping would do; nil if the dump has no turns.
  public let caps: CapResult?
  /// Resistance and instability; nil if the dump has no responses.
  public let stability: StabilityResult?
  /// How well positions are predicted; nil if the dump has no embeddings, or too few conversations.
  public let prediction: PredictResult?
}
