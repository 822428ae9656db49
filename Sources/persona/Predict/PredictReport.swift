internal import Analyses
internal import PersonaSpace
internal import Statistics

/// What `predict` prints: the models.
struct PredictReport {
  let text: String

  init(_ result: PredictResult) {
    var table = TextTable(["target", "from", "R²", "95 %", "gain", "95 %", "turns"])
    for model in result.models {
      table.append([
        model.target.rawValue, model.name, fixed(model.skill.r2, 3), Self.interval(model.skill.interval),
        fixed(model.gain?.gain, 3), Self.interval(model.gain?.interval), "\(model.rows)",
      ])
    }
    let poor = result.models.filter(\.gainsOnPoorBaselines).map { "\($0.target.rawValue) from \($0.name)" }
    let remark =
      poor.isEmpty
      ? ""
      : "\n  no evidence that messages tell anything: the gain of \(poor.joined(separator: ", ")), over baselines that predict\n"
        + "  worse than the mean; the interval of its own R² is not above 0"
    text = """
      The Assistant's next position at layer \(result.layer), over \(result.folds) folds of \
      \(result.models.first?.conversations ?? 0) conversations that were held out
      \(table.text())\(remark)
      """
  }

  private static func interval(_ interval: Interval?) -> String {
    interval.map { "\(fixed($0.low, 3)) to \(fixed($0.high, 3))" } ?? ""
  }
}

/// What `predict --json` prints.
struct PredictSummary: Encodable {
  struct Model: Encodable {
    let target: PredictionTarget
    let model: String
    let rows, conversations: Int
    let r2, gain: Double?
    let r2Low, r2High, gainLow, gainHigh: Double?
  }

  let layer, folds: Int
  let models: [Model]

  init(_ result: PredictResult) {
    (layer, folds) = (result.layer, result.folds)
    models = result.models.map {
      Model(
        target: $0.target, model: $0.name, rows: $0.rows, conversations: $0.conversations,
        r2: $0.skill.r2.isFinite ? $0.skill.r2 : nil,
        gain: $0.gain.flatMap { $0.gain.isFinite ? $0.gain : nil }, r2Low: $0.skill.interval?.low,
        r2High: $0.skill.interval?.high,
        gainLow: $0.gain?.interval?.low, gainHigh: $0.gain?.interval?.high)
    }
  }
}
