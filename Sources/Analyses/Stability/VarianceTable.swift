internal import Files
internal import PersonaSpace
internal import Statistics

/// `variance.csv`, in the columns of the interface, and what is beside them behind those.
enum VarianceTable {
  struct Row {
    let result: StabilityResult
    let layer: Int
    let readout: String
    /// Nil where the variance could not be divided; the note then says why.
    let variance: PersonaVariance?

    var components: VarianceComponents? { variance?.components }
    var design: ResponseDesign { result.design }

    func share(_ source: ResponseDesign.Source) -> Double? {
      design.sources.contains(source) ? variance?.shares?[source] : nil
    }

    /// What remains is the runs' where there are no runs to tell it from.
    var residualShare: Double? {
      design.hasRuns ? variance?.shares.map { $0[.cell] ?? 0 } : variance?.shares?[.run]
    }

    var note: String {
      variance.map { StabilityNotes.note(readout, $0, result) } ?? result.varianceReason ?? ""
    }
  }

  static let schema = CSVSchema<Row> {
    CSVColumn("layer", "The layer.", .layer) { .integer($0.layer) }
    CSVColumn("readout", "What is divided: axis_position, pc1, …, or vector, the whole of it.", .word) {
      .text($0.readout)
    }
    CSVColumn("personas", "The personas.", .count) { .integer($0.design.personas) }
    CSVColumn("responses", "Their responses.", .count) { .integer($0.design.count) }
    CSVColumn(
      "between",
      "Variance between personas, in the squared unit of the readout; below 0 where they differ less than by chance.",
      .number, empty: "see note"
    ) { .number($0.components?.between) }
    CSVColumn("within", "Variance within a persona, in the same unit.", .ratio, empty: "see note") {
      .number($0.components?.within)
    }
    CSVColumn("icc", "Intraclass correlation, between / (between + within).", .share, empty: "nothing varies: see note")
    { .number($0.components?.intraclassCorrelation) }
    intervalColumns("icc", .share) { $0.variance?.interval }
    CSVColumn(
      "instability_ratio", "within / between: at least 1 where runs vary as much as personas.", .ratio,
      empty: "nothing varies: see note"
    ) { .number($0.components?.instabilityRatio) }
    CSVColumn("f", "Mean square between over mean square within.", .ratio, empty: "nothing varies: see note") {
      .number($0.components?.f)
    }
    CSVColumn(
      "share_persona", "The share of the variance due to personas.", .share,
      empty: "the design does not tell sources apart: see note"
    ) { .number($0.share(.persona)) }
    CSVColumn("share_prompt", "The share due to prompts.", .share, empty: "there is one prompt: see note") {
      .number($0.share(.prompt))
    }
    CSVColumn("share_question", "The share due to questions.", .share, empty: "there is one question: see note") {
      .number($0.share(.question))
    }
    CSVColumn(
      "share_residual", "What remains: a prompt and a question together, and runs where they are not told.", .share,
      empty: "the design does not tell sources apart: see note"
    ) { .number($0.residualShare) }
    CSVColumn("share_run", "The share due to runs of one prompt and question.", .share, empty: "there are no runs") {
      .number($0.design.hasRuns ? $0.variance?.shares?[.run] : nil)
    }
    intervalColumns("instability_ratio", .ratio) { $0.variance?.ratioInterval }
    CSVColumn(
      "p", "Probability that shuffled prompts make personas differ as much.", .probability,
      empty: "nothing could be shuffled: see note"
    ) { .number($0.variance?.probability) }
    CSVColumn(
      "runs_vary_as_much", "yes or no: whether instability_ratio is at least 1.", .word, empty: "there are no runs"
    ) { .text($0.variance?.runsVaryAsMuch.map { $0 ? "yes" : "no" }) }
    CSVColumn(
      "runs_vary_as_much_share", "The share of bootstrap samples in which it is.", .share, empty: "there are no samples"
    ) { .number($0.variance?.ratioShare) }
    CSVColumn("note", "Why cells are empty.", empty: "nothing is missing") { .text($0.note) }
  }

  static func table(_ result: StabilityResult) -> CSVTable {
    schema.table { take in
      for layer in result.layers {
        for (readout, variance) in layer.variances {
          try take(Row(result: result, layer: layer.layer, readout: readout, variance: variance))
        }
        if result.varianceReason != nil {
          try take(Row(result: result, layer: layer.layer, readout: "axis_position", variance: nil))
        }
      }
    }
  }
}
