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
    lines.append(Self.measures(layer))
    var movers = TextTable(["position changes most", "from", "to", "change", "95 % interval", "q"])
    for mover in pair.movers.prefix(moversShown) {
      movers.append([
        shown(mover.role), fixed(mover.positionA, 3), fixed(mover.positionB, 3), fixed(mover.change, 3),
        mover.interval.map { "\(fixed($0.low, 3)) to \(fixed($0.high, 3))" } ?? "–",
        mover.falseDiscoveryRate.isNaN ? "–" : probability(mover.falseDiscoveryRate),
      ])
    }
    lines.append(movers.text())
    if let unknown = layer.unknown {
      lines += [Self.moversRemark, "  The error of measurement is not known: \(unknown.words)."]
    } else {
      lines += Self.moved(pair) + Self.beyond(layer)
    }
    return lines
  }

  /// Every measure, with what two measurements of one model would show where that is known.
  private static func measures(_ layer: CompareResult.Layer) -> String {
    let isKnown = layer.unknown == nil
    let heads = isKnown ? ["corrected", "one model", "95 % of those"] : []
    var table = TextTable(["measure", "value", "95 % interval"] + heads + ["chance 95 %", "p", ""])
    for row in layer.measures {
      let index = (row.measure.index ?? 1) - 1
      let isMatched = row.measure.kind == .matchedLoadingPearson && index < layer.matching.count
      let (ceiling, isDistance) = (layer.ceilings[row.measure], row.measure.kind.isDistance)
      let corrected = row.measure.index == nil ? layer.corrected[row.measure.kind] : nil
      var cells = [
        row.measure.name, fixed(row.value, 3),
        row.interval.map { "\(fixed($0.low, 3)) to \(fixed($0.high, 3))" } ?? "–",
      ]
      if isKnown {
        cells.append(corrected.map { fixed($0, 3) } ?? "–")
        cells.append(ceiling.map { fixed($0.mean, 3) } ?? "–")
        cells.append(ceiling.map { "\(isDistance ? "≤" : "≥") \(fixed($0.outer, 3))" } ?? "–")
      }
      cells.append(fixed(row.null, 3))
      cells.append(row.probability.map { fixed($0, 3) } ?? "–")
      cells.append(isMatched ? "with PC\(layer.matching[index])" : "")
      table.append(cells)
    }
    return table.text()
  }

  /// What a change of position is not.
  private static let moversRemark = """
      Changes hold measurement noise, so two halves of one dump differ, too. Whether a role moved is not tested. q: whether it changes
      farther than roles do here, over all roles. Cosines, correlations and shifts hold that noise as well.
    """

  /// Which roles moved farther than measurement alone makes them.
  private static func moved(_ pair: CompareResult.Pair) -> [String] {
    let (told, moved) = (pair.movers.filter { $0.hasMoved != nil }, pair.movers.filter { $0.hasMoved == true })
    let names = moved.prefix(20).map { shown($0.role) }.joined(separator: ", ") + (moved.count > 20 ? ", …" : "")
    let rest = pair.movers.count { $0.measured == nil }
    return [
      "  moved farther than measurement alone makes a role (q ≤ \(RoleChange.level)): "
        + (moved.isEmpty ? "none of \(told.count) roles" : "\(moved.count) of \(told.count) roles: \(names)"),
      "  Intervals and q are of changes without the bias of errors (change_corrected in movers.csv)."
        + (rest == 0
          ? "" : " Of \(rest) role\(rest == 1 ? "" : "s"), with answers to one question or group alone, none is told."),
    ]
  }

  /// Which measures two measurements of one model would not show.
  private static func beyond(_ layer: CompareResult.Layer) -> [String] {
    let names = layer.measures.filter { layer.isBeyondCeiling($0) == true }.map(\.measure.name)
    let questions =
      layer.sharesQuestions
      ? "Both models answered questions of the same numbers, which are taken for the same questions: errors are compared question by question."
      : "The models answered different questions: their errors are taken for independent."
    return [
      "  farther apart than 95 % of two measurements of one model: "
        + (names.isEmpty ? "no measure" : names.joined(separator: ", ")),
      "  \(questions)",
      "  Errors are those of other questions to the same prompts. Prompts in other words move roles too: compare dumps of the same prompts.",
    ]
  }

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
        it is. Those of changes of position hold the error of measuring the roles where it is known. Those of principal cosines and Procrustes, which depend on the number of roles, are of what as many others \
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
