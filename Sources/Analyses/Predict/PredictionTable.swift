internal import Files
internal import PersonaSpace
internal import Statistics

/// `prediction.csv`, in the columns of the interface, and what is beside them behind those.
enum PredictionTable {
  static func text(_ result: PredictResult) -> String {
    var table = CSVText(columns: [
      "target", "model", "folds", "r2", "r2_low", "r2_high", "rows", "gain", "gain_low", "gain_high", "conversations",
      "layer", "penalty",
    ])
    for model in result.models {
      table.append([
        .text(model.target.rawValue), .text(model.name), .integer(result.folds), .number(model.skill.r2),
        .number(model.skill.interval?.low), .number(model.skill.interval?.high), .integer(model.rows),
        .number(model.gain?.gain), .number(model.gain?.interval?.low), .number(model.gain?.interval?.high),
        .integer(model.conversations), .integer(result.layer), .number(model.penalty),
      ])
    }
    return table.text
  }
}
