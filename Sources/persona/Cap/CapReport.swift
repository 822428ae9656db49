internal import Analyses
internal import Statistics

/// What `cap` prints: the sweep in one layer.
struct CapReport {
  let text: String

  init(_ result: CapResult, _ shown: ShownLayer) {
    var table = TextTable([
      "percentile", "tau", "touched", "pull-back", "fall before", "fall after", "reduction", "perturbation",
    ])
    for cap in result.caps where cap.layer == shown.number {
      table.append([
        cap.percentile.map { $0 == $0.rounded() ? fixed($0, 0) : "\($0)" } ?? "–", fixed(cap.tau, 3),
        percent(cap.touched), fixed(cap.meanPullback, 3),
        fixed(cap.driftBefore, 2), fixed(cap.driftAfter, 2), percent(cap.driftReduction), percent(cap.perturbation),
      ])
    }
    let bound =
      result.turnMeans == 0
      ? ""
      : "\n  (\(counted(result.turnMeans, "turn")) known by the mean over tokens only: touched or not as a whole, pull-back a lower bound)"
    text = """
      Capping at \(shown.words), simulated there alone; \
      pull-back: in units of tau; fall: first to last turn, in axis position
      \(table.text())\(bound)
        (reduction: what the floor cuts off of the fall by its arithmetic; what a capped model would say is not known from it)
      """
  }
}
