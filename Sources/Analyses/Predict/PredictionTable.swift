internal import Files
internal import PersonaSpace
internal import Statistics

/// `prediction.csv`, in the columns of the interface, and what is beside them behind those.
enum PredictionTable {
  struct Row {
    let result: PredictResult
    let model: AssessedModel
  }

  static let schema = CSVSchema<Row> {
    CSVColumn("target", "What is predicted: level (the next position) or change (from the turn before).", .word) {
      .text($0.model.target.rawValue)
    }
    CSVColumn("model", "What it is predicted from.", .word) { .text($0.model.name) }
    CSVColumn("folds", "Folds of conversations, each predicted from the others.", .count) { .integer($0.result.folds) }
    CSVColumn("r2", "R² over held-out turns; below 0 is worse than the mean.", .number, empty: "nothing varies") {
      .number($0.model.skill.r2)
    }
    intervalColumns("r2", .number) { $0.model.skill.interval }
    CSVColumn("rows", "The turns predicted.", .count) { .integer($0.model.rows) }
    CSVColumn(
      "gain", "R² beyond that of the baselines alone, which may be below 0.", .number, empty: "it is a baseline"
    ) {
      .number($0.model.gain?.gain)
    }
    intervalColumns("gain", .number) { $0.model.gain?.interval }
    CSVColumn("conversations", "The conversations.", .count) { .integer($0.model.conversations) }
    CSVColumn("layer", "The layer.", .layer) { .integer($0.result.layer) }
    CSVColumn("penalty", "The ridge penalty, the median over folds.", .ratio, empty: "the model has none") {
      .number($0.model.penalty)
    }
    CSVColumn("note", "Why the gain is no evidence.", empty: "nothing speaks against it") {
      .text(
        $0.model.gainsOnPoorBaselines
          ? "the baselines predict worse than the mean, and the interval of r2 is not above 0: the gain over them does not show that messages tell anything"
          : "")
    }
  }

  static func table(_ result: PredictResult) -> CSVTable {
    schema.table { take in for model in result.models { try take(Row(result: result, model: model)) } }
  }
}
