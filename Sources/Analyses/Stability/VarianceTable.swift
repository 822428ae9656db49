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
    CSVColumn("layer") { .integer($0.layer) }
    CSVColumn("readout") { .text($0.readout) }
    CSVColumn("personas") { .integer($0.design.personas) }
    CSVColumn("responses") { .integer($0.design.count) }
    CSVColumn("between") { .number($0.components?.between) }
    CSVColumn("within") { .number($0.components?.within) }
    CSVColumn("icc") { .number($0.components?.intraclassCorrelation) }
    intervalColumns("icc") { $0.variance?.interval }
    CSVColumn("instability_ratio") { .number($0.components?.instabilityRatio) }
    CSVColumn("f") { .number($0.components?.f) }
    CSVColumn("share_persona") { .number($0.share(.persona)) }
    CSVColumn("share_prompt") { .number($0.share(.prompt)) }
    CSVColumn("share_question") { .number($0.share(.question)) }
    CSVColumn("share_residual") { .number($0.residualShare) }
    CSVColumn("share_run") { .number($0.design.hasRuns ? $0.variance?.shares?[.run] : nil) }
    intervalColumns("instability_ratio") { $0.variance?.ratioInterval }
    CSVColumn("p") { .number($0.variance?.probability) }
    CSVColumn("runs_vary_as_much") { .text($0.variance?.runsVaryAsMuch.map { $0 ? "yes" : "no" }) }
    CSVColumn("runs_vary_as_much_share") { .number($0.variance?.ratioShare) }
    CSVColumn("note") { .text($0.note) }
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
