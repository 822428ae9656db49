internal import Analyses
internal import PersonaSpace
internal import Statistics

/// What `compare` prints: for each pair the measures and the roles that moved most, in one layer; over checkpoints, the trajectory.
struct CompareReport {
  let text: String

  /// The roles shown of each pair.
  private static let moversShown = 10

  init(_ result: CompareResult) {
    var lines: [String] = []
    for pair in result.pairs {
      if !lines.isEmpty { lines.append("") }
      lines += Self.pair(pair, result)
    }
    if result.names.count > 2 { lines += ["", "Trajectory", Self.trajectory(result)] }
    lines += ["", Self.basis(result)]
    text = lines.joined(separator: "\n")
  }

  private static func pair(_ pair: CompareResult.Pair, _ result: CompareResult) -> [String] {
    let (layer, count) = (pair.layers[result.shown], pair.layers.count)
    var lines = [
      "\(shown(pair.a)) → \(shown(pair.b)): \(pair.common.count) roles in common",
      "  layer \(layer.layerA) with layer \(layer.layerB), \(result.pairing)"
        + (count > 1
          ? (result.isShownByRequest ? "" : " (the middle one of \(count))") + "; all are in comparison.csv" : ""),
    ]
    for (name, roles) in [(pair.a, pair.onlyA), (pair.b, pair.onlyB)] where !roles.isEmpty {
      let names = roles.prefix(12).map { shown($0) }.joined(separator: ", ")
      lines.append(
        "  only in \(shown(name)), and left out: \(roles.count) (\(names)\(roles.count > 12 ? ", …" : ""))")
    }
    if !pair.sharesDimensions {
      lines.append("  directions are not compared: the two do not have the same dimensions")
    }
    var table = TextTable(["measure", "value", "95 % interval", "chance 95 %", "p", ""])
    for row in layer.measures {
      let index = (row.measure.index ?? 1) - 1
      let isMatched = row.measure.kind == .matchedLoadingPearson && index < layer.matching.count
      table.append([
        row.measure.name, fixed(row.value, 3),
        row.interval.map { "\(fixed($0.low, 3)) to \(fixed($0.high, 3))" } ?? "–", fixed(row.null, 3),
        row.probability.map { fixed($0, 3) } ?? "–", isMatched ? "with PC\(layer.matching[index])" : "",
      ])
    }
    lines.append(table.text())
    var movers = TextTable(["position changes most", "from", "to", "change", "95 % over roles", "q"])
    for mover in pair.movers.prefix(moversShown) {
      movers.append([
        shown(mover.role), fixed(mover.positionA, 3), fixed(mover.positionB, 3), fixed(mover.change, 3),
        mover.interval.map { "\(fixed($0.low, 3)) to \(fixed($0.high, 3))" } ?? "–",
        mover.falseDiscoveryRate.isNaN ? "–" : probability(mover.falseDiscoveryRate),
      ])
    }
    lines += [movers.text(), Self.moversRemark]
    return lines
  }

  /// What a change of position is not.
  private static let moversRemark = """
      Changes hold measurement noise: a space has one vector a role and no responses, so two halves of one dump differ, too. Whether
      a role moved is not tested. q: whether it changes farther than roles do here, over all roles.
    """

  private static func trajectory(_ result: CompareResult) -> String {
    let kinds: [ComparisonMeasure.Kind] = [
      .positionSpearman, .alignment, .similaritySpearman, .axisCosine, .defaultShiftAlong, .defaultShiftOff,
    ]
    let present = kinds.filter { kind in
      result.pairs.contains { $0.layers[result.shown].measure(kind) != nil }
    }
    var table = TextTable(["from", "to"] + present.map(\.rawValue))
    for pair in result.pairs {
      let layer = pair.layers[result.shown]
      table.append([shown(pair.a), shown(pair.b)] + present.map { fixed(layer.measure($0)?.value, 3) })
    }
    return table.text()
  }

  private static func basis(_ result: CompareResult) -> String {
    let positions = "Positions: the mean of the common roles is 0, the default Assistant 1, in each space by itself."
    guard result.replicates > 0 else { return positions + "\nNo intervals and no chance values: --bootstrap 0." }
    let least = result.pairs.map(\.common.count).min() ?? 0
    let intervals =
      least < SpaceComparison.leastRoles
      ? "No intervals of pairs with fewer than \(SpaceComparison.leastRoles) roles in common."
      : result.replicates < Interval.leastReplicates
        ? "No intervals: of \(result.replicates) samples, fewer than \(Interval.leastReplicates)."
        : """
        Intervals: \(result.replicates) bootstrap samples of the roles; the default is one vector in each space, which is taken as \
        it is. Those of principal cosines and Procrustes, which depend on the number of roles, are of what as many others \
        would show.
        """
    return """
      \(positions)
      \(intervals)
      Chance: roles paired at random; for axes and spans of components, dimensions paired at random; for the default's shift, the \
      shifts of the roles.
      """
  }
}
