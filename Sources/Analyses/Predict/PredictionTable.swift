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
    CSVColumn("target") { .text($0.model.target.rawValue) }
    CSVColumn("model") { .text($0.model.name) }
    CSVColumn("folds") { .integer($0.result.folds) }
    CSVColumn("r2") { .number($0.model.skill.r2) }
    intervalColumns("r2") { $0.model.skill.interval }
    CSVColumn("rows") { .integer($0.model.rows) }
    CSVColumn("gain") { .number($0.model.gain?.gain) }
    intervalColumns("gain") { $0.model.gain?.interval }
    CSVColumn("conversations") { .integer($0.model.conversations) }
    CSVColumn("layer") { .integer($0.result.layer) }
    CSVColumn("penalty") { .number($0.model.penalty) }
  }

  static func table(_ result: PredictResult) -> CSVTable {
    schema.table { take in for model in result.models { try take(Row(result: result, model: model)) } }
  }
}
