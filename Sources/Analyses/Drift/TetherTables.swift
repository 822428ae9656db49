internal import Files
internal import PersonaSpace
internal import Statistics

/// `tether.csv`, and `drift.csv`, where drift and tether of a group stand side by side.
enum TetherTables {
  /// A group without a tether has a row of empty cells that ends with why.
  static func tether(_ groups: [DriftResult.Group], _ correction: TetherFit.BiasCorrection) -> String {
    var table = CSVText(columns: [
      "domain", "condition", "layer", "conversations", "steps", "stiffness", "stiffness_low", "stiffness_high",
      "resting_point", "resting_point_low", "resting_point_high", "wander", "wander_low", "wander_high", "half_life",
      "spread", "half_life_low", "half_life_high", "spread_low", "spread_high", "clusters", "residual_autocorrelation",
      "residual_autocorrelation_low", "residual_autocorrelation_high", "heteroscedasticity", "heteroscedasticity_low",
      "heteroscedasticity_high", "outlying_steps", "largest_step", "bias_correction", "uncorrected_stiffness",
      "uncorrected_resting_point", "note",
    ])
    for group in groups {
      let names: [CSVText.Cell] = [
        .text(group.domainName), .text(group.condition), .integer(group.layer), .integer(group.conversations),
      ]
      switch group.tether {
      case .failure(let fault):
        var row = names + [.integer(group.drift.steps)]
        row += [CSVText.Cell](repeating: .empty, count: 15) + [.integer(group.drift.clusters)]
        row += [CSVText.Cell](repeating: .empty, count: 8)
        row += [.text(correction.rawValue), .empty, .empty, .text(fault.explanation)]
        table.append(row)
      case .success(let fit):
        let (tether, residuals, own) = (fit.tether, fit.residuals, fit.leastSquares)
        var row = names + [.integer(tether.steps)]
        row += DriftTables.cells(Estimate(tether.stiffness, fit.stiffness))
        row += DriftTables.cells(Estimate(tether.restingPoint, fit.restingPoint))
        row += DriftTables.cells(Estimate(tether.residualNoise, fit.residualNoise))
        row += [
          .number(tether.halfLife), .number(tether.spread), .number(fit.halfLife.low), .number(fit.halfLife.high),
        ]
        row += [.number(fit.spread?.low), .number(fit.spread?.high), .integer(fit.clusters)]
        row += DriftTables.cells(residuals.autocorrelation)
        row += DriftTables.cells(residuals.heteroscedasticity)
        row += [.integer(residuals.outlyingSteps), .number(residuals.largestStep), .text(correction.rawValue)]
        row += [.number(own.stiffness), .number(own.restingPoint), .text(group.tetherNote ?? "")]
        table.append(row)
      }
    }
    return table.text
  }

  static func drift(_ groups: [DriftResult.Group]) -> String {
    var table = CSVText(
      columns: ["domain", "condition", "layer", "conversations", "clusters", "turns"]
        + [
          "start", "end", "change", "displacement", "absolute_displacement", "mean_step", "absolute_step",
          "max_drawdown", "below_threshold", "crossed", "stiffness", "resting_point", "wander",
        ].flatMap { [$0, "\($0)_low", "\($0)_high"] } + ["half_life", "spread"])
    for group in groups {
      let (drift, fit) = (group.drift, try? group.tether.get())
      let tether = fit?.tether
      let estimates: [Estimate?] = [
        drift.start, drift.end, drift.change, drift.displacement, drift.absoluteDisplacement, drift.meanStep,
        drift.meanAbsoluteStep, drift.maximumDrawdown, drift.belowThreshold, drift.crossed,
        tether.map { Estimate($0.stiffness, fit?.stiffness) },
        tether.map { Estimate($0.restingPoint, fit?.restingPoint) },
        tether.map { Estimate($0.residualNoise, fit?.residualNoise) },
      ]
      var row: [CSVText.Cell] = [
        .text(group.domainName), .text(group.condition), .integer(group.layer), .integer(drift.conversations),
        .integer(drift.clusters), .integer(drift.turns),
      ]
      for estimate in estimates { row += DriftTables.cells(estimate) }
      row += [.number(tether?.halfLife), .number(tether?.spread)]
      table.append(row)
    }
    return table.text
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
