internal import Files
internal import PersonaSpace
internal import Statistics

/// `tether.csv`, and `drift.csv`, where drift and tether of a group stand side by side.
enum TetherTables {
  struct Row {
    let group: DriftResult.Group
    /// What `tether.csv` says of it.
    let correction: TetherFit.BiasCorrection
    /// Nil for a group without a tether, whose row has empty cells and ends with why.
    let fit: TetherFit?

    init(_ group: DriftResult.Group, _ correction: TetherFit.BiasCorrection) {
      (self.group, self.correction, fit) = (group, correction, try? group.tether.get())
    }

    var tether: Tether? { fit?.tether }
    var stiffness: Estimate? { tether.map { Estimate($0.stiffness, fit?.stiffness) } }
    var restingPoint: Estimate? { tether.map { Estimate($0.restingPoint, fit?.restingPoint) } }
    var residualNoise: Estimate? { tether.map { Estimate($0.residualNoise, fit?.residualNoise) } }
  }

  static let tetherSchema = CSVSchema<Row> {
    DriftTables.groupColumns { $0.group }
    CSVColumn("conversations") { .integer($0.group.conversations) }
    CSVColumn("steps") { .integer($0.tether?.steps ?? $0.group.drift.steps) }
    estimateColumns("stiffness") { $0.stiffness }
    estimateColumns("resting_point") { $0.restingPoint }
    estimateColumns("wander") { $0.residualNoise }
    CSVColumn("half_life") { .number($0.tether?.halfLife) }
    CSVColumn("spread") { .number($0.tether?.spread) }
    CSVColumn("half_life_low") { .number($0.fit?.halfLife.low) }
    CSVColumn("half_life_high") { .number($0.fit?.halfLife.high) }
    intervalColumns("spread") { $0.fit?.spread }
    CSVColumn("clusters") { .integer($0.fit?.clusters ?? $0.group.drift.clusters) }
    estimateColumns("residual_autocorrelation") { $0.fit?.residuals.autocorrelation }
    estimateColumns("heteroscedasticity") { $0.fit?.residuals.heteroscedasticity }
    CSVColumn("outlying_steps") { .integer($0.fit?.residuals.outlyingSteps) }
    CSVColumn("largest_step") { .number($0.fit?.residuals.largestStep) }
    CSVColumn("bias_correction") { .text($0.correction.rawValue) }
    CSVColumn("uncorrected_stiffness") { .number($0.fit?.leastSquares.stiffness) }
    CSVColumn("uncorrected_resting_point") { .number($0.fit?.leastSquares.restingPoint) }
    CSVColumn("note") { .text($0.group.tetherNote ?? "") }
  }

  static func tether(_ groups: [DriftResult.Group], _ correction: TetherFit.BiasCorrection) -> CSVTable {
    tetherSchema.table { take in for group in groups { try take(Row(group, correction)) } }
  }

  static let driftSchema = CSVSchema<Row> {
    DriftTables.groupColumns { $0.group }
    CSVColumn("conversations") { .integer($0.group.drift.conversations) }
    CSVColumn("clusters") { .integer($0.group.drift.clusters) }
    CSVColumn("turns") { .integer($0.group.drift.turns) }
    estimateColumns("start") { $0.group.drift.start }
    estimateColumns("end") { $0.group.drift.end }
    estimateColumns("change") { $0.group.drift.change }
    estimateColumns("displacement") { $0.group.drift.displacement }
    estimateColumns("absolute_displacement") { $0.group.drift.absoluteDisplacement }
    estimateColumns("mean_step") { $0.group.drift.meanStep }
    estimateColumns("absolute_step") { $0.group.drift.meanAbsoluteStep }
    estimateColumns("max_drawdown") { $0.group.drift.maximumDrawdown }
    estimateColumns("below_threshold") { $0.group.drift.belowThreshold }
    estimateColumns("crossed") { $0.group.drift.crossed }
    estimateColumns("stiffness") { $0.stiffness }
    estimateColumns("resting_point") { $0.restingPoint }
    estimateColumns("wander") { $0.residualNoise }
    CSVColumn("half_life") { .number($0.tether?.halfLife) }
    CSVColumn("spread") { .number($0.tether?.spread) }
  }

  static func drift(_ groups: [DriftResult.Group]) -> CSVTable {
    driftSchema.table { take in for group in groups { try take(Row(group, .none)) } }
  }
}

extension DriftResult.Group {
  /// What a reader of the tether must know, in words; nil if nothing.
  public var tetherNote: String? {
    switch tether {
    case .failure(let fault): return fault.explanation
    case .success(let fit):
      if fit.clusters < Interval.leastClusters {
        return
          "no interval: \(fit.clusters) conversation\(fit.clusters == 1 ? "" : "s") with a step, of which at least \(Interval.leastClusters) are needed"
      }
      guard let stiffness = fit.stiffness, stiffness.low <= 0, stiffness.high >= 0 else { return nil }
      return "the stiffness is not told from 0: no pull is shown, and where it would be to is not determined"
    }
  }
}
