internal import Analyses
internal import PersonaSpace
internal import Statistics

/// The tether of each domain in one layer, and in words what speaks against it.
struct TetherReport {
  let text: String

  init(_ drift: DriftResult, layer: Int, _ hasConditions: Bool) {
    var table = TextTable(
      ["domain"] + (hasConditions ? ["condition"] : []) + ["steps", "stiffness"]
        + (drift.isResampled ? ["95 %", "resting point", "95 %", "wander", "95 %"] : ["resting point", "wander"])
        + ["half-life", "spread"])
    var remarks: [String] = []
    var clear = true
    var (isFitted, checked, unchecked) = (false, 0, [String]())
    for group in drift.allGroups(layer: layer) {
      let names = DriftReport.names(group, hasConditions)
      let name = names.joined(separator: ", ")
      if let note = group.tetherNote { remarks.append("\(name): \(note)") }
      guard case .success(let fit) = group.tether else { continue }
      isFitted = true
      let tether = fit.tether
      var row = names + ["\(tether.steps)"]
      for (value, interval, decimals) in [
        (tether.stiffness, fit.stiffness, 2), (tether.restingPoint, fit.restingPoint, 2),
        (tether.residualNoise, fit.residualNoise, 3),
      ] {
        row.append(fixed(value, decimals))
        if drift.isResampled { row.append(range(interval, decimals)) }
      }
      table.append(row + [fixed(tether.halfLife, 1), fixed(tether.spread, 2)])
      if fit.isChecked {
        checked += 1
      } else {
        unchecked.append(name)
      }
      let own = fit.findings.map(Self.words)
      clear = clear && own.isEmpty
      remarks += own.map { "\(name): \($0)" }
      if fit.isRepelled {
        remarks.append("\(name): the stiffness is negative: the resting point is one that positions move away from")
      }
    }
    if checked > 0, clear {
      remarks.append(
        "residuals\(unchecked.isEmpty ? "" : " where they were checked"): no autocorrelation or uneven size is shown, and no step is far outside"
      )
    }
    if drift.isResampled, isFitted, !unchecked.isEmpty {
      remarks.append(
        "residuals are not checked in \(unchecked.prefix(6).joined(separator: "; "))\(unchecked.count > 6 ? ", …" : ""): \(TetherFit.leastCheckedClusters) conversations are needed"
      )
    }
    let corrected = drift.correction == .jackknife ? ", corrected by the half-panel jackknife" : ""
    text =
      "Tether at layer \(layer): stiffness is the share of the gap to the resting point that a turn closes, wander its noise\(corrected)\n"
      + ((isFitted ? [table.text()] : []) + remarks.map { "  \($0)" }).joined(separator: "\n")
  }

  private static func words(_ finding: TetherFinding) -> String {
    switch finding {
    case .persistentResiduals(let lag, let interval):
      "residuals follow one another (autocorrelation \(fixed(lag, 2)), \(range(interval, 2))): conversations rest at points of their own, and the stiffness is understated"
    case .alternatingResiduals(let lag, let interval):
      "residuals alternate (autocorrelation \(fixed(lag, 2)), \(range(interval, 2))): single turns are read with an error, and stiffness and wander are overstated"
    case .unevenSteps(let size, let interval):
      "steps are more uneven \(size > 0 ? "near the Assistant" : "away from the Assistant") (correlation of squared residual and position \(fixed(size, 2)), \(range(interval, 2))): one wander does not describe all"
    case .stragglers(let residuals):
      "\(counted(residuals.outlyingSteps, "step")) more than \(fixed(TetherResiduals.outlying, 0)) robust standard deviations off, the farthest \(fixed(residuals.largestStep, 1)); of normal noise \(fixed(residuals.expectedOutlyingSteps, 2)) would be"
    }
  }
}
