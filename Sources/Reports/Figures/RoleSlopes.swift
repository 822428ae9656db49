extension ReportData {
  /// Where each role lies in the first space of `pair`, joined to where it lies in the second.
  func slopes(_ pair: ComparedPair, _ ending: String) -> Figure? {
    guard let movement = movements.first(where: { $0.pair == pair }) else { return nil }
    let movers = movement.movers.filter { $0.positionA.isFinite && $0.positionB.isFinite }
    guard !movers.isEmpty else { return nil }
    let isTested = movers.contains { $0.hasMoved != nil }
    let test =
      isTested
      ? "Blue, toward the Assistant, and orange, away from it, are the roles that moved farther than measurement alone makes a role, "
        + "at a false discovery rate of 5 %; of the grey ones that cannot be claimed."
      : "No role is marked: whether one moved is not tested, as the error of measurement is not known."
    return Figure(
      id: "slopes" + ending, title: "Where roles lie in \(pair.a) and in \(pair.b)",
      caption:
        "Each line is a role: its axis position in \(pair.a) at layer \(movement.layerA), and in \(pair.b) at layer "
        + "\(movement.layerB). In each the mean of the common roles is 0, the default Assistant 1. " + test,
      height: 420, radius: movers.count > 150 ? 2 : 3, layers: [shown], shown: shown
    ) { _ in Self.slopes(movers, movement) }
  }

  private static func slopes(_ movers: [Mover], _ movement: Movement) -> Figure.Frame {
    let (left, right, top, bottom) = (58.0, 268.0, 12.0, 382.0)
    let y = LinearScale(movers.flatMap { [$0.positionA, $0.positionB] }, holding: [0, 1], to: bottom, top)
    var under = Markup()
    for tick in y.ticks(about: 6) {
      under.append(Plot.line(left, y(tick), right, y(tick), "g"))
      under.append(Plot.text(left - 8, y(tick) + 4, decimal(tick, y.decimals(about: 6)), anchor: "end"))
    }
    for value in [0.0, 1.0] { under.append(Plot.line(left, y(value), right, y(value), "z")) }
    under.append(
      Plot.text(
        13, (top + bottom) / 2, "axis position", "tt", anchor: "middle",
        transform: "rotate(-90 13 \(coordinate((top + bottom) / 2)))"))
    for (x, name) in [(left, movement.pair.a), (right, movement.pair.b)] {
      under.append(Plot.line(x, top, x, bottom, "a"))
      let text = TextMetrics.fitted(name, width: 108, size: Plot.size)
      under.append(Plot.text(x, bottom + 20, text, "tt", anchor: "middle"))
    }
    // Those that are marked lie above the others.
    var paths: [String: String] = [:]
    var marks: [Figure.Mark] = []
    for wanted in [false, true] {
      for (row, mover) in movers.enumerated() where (mover.hasMoved == true) == wanted {
        let (start, end) = (y(mover.positionA), y(mover.positionB))
        paths[mover.kind, default: ""] +=
          "M\(coordinate(left)) \(coordinate(start))L\(coordinate(right)) \(coordinate(end))"
        marks.append(.init(left, start, mover.kind, row: row))
        marks.append(.init(right, end, mover.kind, row: row))
      }
    }
    for kind in ["fn", "f0", "f1"] {
      guard let path = paths[kind] else { continue }
      under.append(.element("path", ["class": kind == "fn" ? "w fn th" : "w \(kind)", "d": path]))
    }
    // Names of as many as have room, those that moved most first.
    let named = movers.filter { $0.hasMoved == true }
      .sorted { (abs($0.change.value), $1.role) > (abs($1.change.value), $0.role) }.prefix(22)
    let ends = named.map { y($0.positionB) }
    let heights = LabelPlacement.spread(ends, height: 15, low: top + 4, high: bottom - 4)
    var over = Markup()
    for (index, mover) in named.enumerated() {
      over.append(Plot.line(right + 4, ends[index], right + 16, heights[index], "w \(mover.kind) th"))
      let text = TextMetrics.fitted(mover.role, width: Figure.width - right - 22, size: Plot.size)
      over.append(Plot.text(right + 19, heights[index] + 4, text, "t i"))
    }
    return Figure.Frame(under: under, marks: marks, over: over, table: table(movers))
  }

  private static func table(_ movers: [Mover]) -> FigureTable {
    FigureTable(
      [
        .init("role", "role"), .init("in a", "position_a"), .init("in b", "position_b"), .init("change", "change"),
        .init("without bias", "change_corrected"), .init("low", "low"), .init("high", "high"),
        .init("q", "q", decimals: 3), .init("moved", "moved"),
      ],
      movers.map { mover in
        [
          .text(mover.role), .number(mover.positionA), .number(mover.positionB), .number(mover.plainChange),
          .number(mover.corrected), .number(mover.change.low), .number(mover.change.high), .number(mover.q),
          .text(mover.hasMoved.map { $0 ? "yes" : "no" } ?? "not tested"),
        ]
      })
  }
}

extension ReportData.Mover {
  /// Its colour: of a role that is shown to have moved, by where.
  fileprivate var kind: String { hasMoved == true ? (change.value > 0 ? "f0" : "f1") : "fn" }
}
