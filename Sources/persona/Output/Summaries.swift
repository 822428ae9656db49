internal import PersonaFiles
internal import PersonaSpace

/// What `fit --json` prints.
struct FitSummary: Encodable {
  struct Layer: Encodable {
    let layer: Int
    let axisNorm, cosAxisPC1, randomNull95, defaultPercentile, defaultRelative: Double?
    let pc1VarianceRatio: Double
    let cosAxisPC1Interval, pc1VarianceRatioInterval: Interval?
    let componentsAboveChance: Int?
    let verdict, evidence: String?
  }

  let roles, hiddenSize: Int
  let skipped: [String]
  let layers: [Layer]
  let verdict: String?
  let recommendedLayer: Int?
  let recommendation: String?

  init(_ fit: FitResult) {
    (roles, hiddenSize, skipped) = (fit.roles.count, fit.hiddenSize, fit.skipped)
    verdict = fit.verdict?.rawValue
    let choice = fit.choice
    (recommendedLayer, recommendation) = (choice.map { fit.layers[$0.index] }, choice?.reason)
    layers = zip(fit.layers, fit.spaces).map { layer, space in
      let assistant = space.assistant
      return Layer(
        layer: layer, axisNorm: assistant?.axis.norm, cosAxisPC1: assistant?.componentCosines[0],
        randomNull95: assistant?.randomNull, defaultPercentile: assistant?.extremity.percentile,
        defaultRelative: assistant.flatMap { $0.extremity.relative.isFinite ? $0.extremity.relative : nil },
        pc1VarianceRatio: space.components.varianceRatio[0],
        cosAxisPC1Interval: space.certainty?.bootstrap?.cosine,
        pc1VarianceRatioInterval: space.certainty?.bootstrap?.varianceRatio,
        componentsAboveChance: space.certainty?.parallel.components, verdict: assistant?.verdict.outcome.rawValue,
        evidence: assistant?.verdict.evidence)
    }
  }
}

/// What `project --json` prints.
struct ProjectSummary: Encodable {
  let conversations, turns: Int
  let layers: [Int]

  init(_ result: ProjectRun.Result) {
    (conversations, turns, layers) = (result.conversations, result.turns, result.layers)
  }
}

/// What `drift --json` prints.
struct DriftSummary: Encodable {
  struct Layer: Encodable {
    let layer: Int
    let groups: [DriftResult.Group]
  }

  let threshold: Double
  let layers: [Layer]

  init(_ drift: DriftResult) {
    threshold = drift.threshold
    layers = drift.layers.map { Layer(layer: $0, groups: drift.groups(layer: $0)) }
  }
}

/// What `analyze --json` prints.
struct AnalyzeSummary: Encodable {
  let fit: FitSummary
  let drift: DriftSummary?
  let caps: [CapResult.Cap]?
  let stability: StabilitySummary?
  let prediction: PredictSummary?
  let output: String
  let files: [String]

  init(_ result: AnalyzeResult, output: String) {
    fit = FitSummary(result.fit)
    drift = result.drift.map { DriftSummary($0) }
    caps = result.caps?.caps
    stability = result.stability.map { StabilitySummary($0) }
    prediction = result.prediction.map { PredictSummary($0) }
    (self.output, files) = (output, result.files)
  }
}
