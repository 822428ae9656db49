internal import Analyses

/// What `analyze --json` prints.
struct AnalyzeSummary: Encodable {
  let fit: FitSummary
  /// The layer that is shown throughout, and why: only, given, recommended, middle.
  let layer: Int
  let layerFrom: String
  let drift: DriftSummary?
  let caps: CapSummary?
  let stability: StabilitySummary?
  let prediction: PredictSummary?
  let output: String
  let files: [String]

  init(_ result: AnalyzeResult, output: String, files: [String]) {
    fit = FitSummary(result.fit)
    (layer, layerFrom) = (result.layer.number, result.layer.ground.rawValue)
    drift = result.drift.map { DriftSummary($0) }
    caps = result.caps.map { CapSummary($0) }
    stability = result.stability.map { StabilitySummary($0) }
    prediction = result.prediction.map { PredictSummary($0) }
    (self.output, self.files) = (output, files)
  }
}
