extension ReportData {
  /// What each cap takes of the fall, against what it touches that it should leave alone.
  package func capTradeOff() -> Figure? {
    let known = caps.mapValues { $0.filter { $0.cost != nil && $0.reduction.value.isFinite } }
    guard known.values.contains(where: { !$0.isEmpty }) else { return nil }
    let isBenign = known.values.contains { $0.contains { $0.benign.value.isFinite } }
    let unit = isBenign ? "of benign turns" : "of the default's responses"
    return Figure(
      id: "capping", title: "What a cap takes of the fall, and what it costs",
      caption:
        "Each point is a floor at a percentile of the roles: how much of the mean fall from first to last turn it cuts off by its "
        + "arithmetic, with 95 % intervals, against the share \(unit) that it touches. Up and to the left is better. The ring is the "
        + "recommended cap. It does not show what a capped model would say.",
      height: 300, layers: layers, shown: shown
    ) { layer in
      guard let caps = self.caps[layer], let usable = known[layer], !usable.isEmpty else { return nil }
      return trade(caps, unit)
    }
  }

  private func trade(_ caps: [Cap], _ unit: String) -> Figure.Frame {
    let usable = caps.indices.filter { caps[$0].cost != nil && caps[$0].reduction.value.isFinite }
    let costs = usable.compactMap { caps[$0].cost }
    let gains = usable.flatMap {
      [caps[$0].reduction.value, caps[$0].reduction.low ?? .nan, caps[$0].reduction.high ?? .nan]
    }
    let plot = Plot(
      height: 300, x: { LinearScale(costs, holding: [0, 0.05], margin: 0.06, to: $0, $1) },
      y: { LinearScale(gains, holding: [0, 0.2], to: $0, $1) })
    var under = Self.shareAxis(plot, "share \(unit) that is touched")
    under.append(plot.yAxis("share of the fall taken", share: true))
    var (over, marks) = (Markup(), [Figure.Mark]())
    for index in usable {
      let (x, y) = (plot.x(caps[index].cost ?? 0), plot.y(caps[index].reduction.value))
      if let low = caps[index].reduction.low, let high = caps[index].reduction.high {
        under.append(Plot.line(x, plot.y(low), x, plot.y(high), "w f2"))
      }
      marks.append(Figure.Mark(x, y, "f2", row: index))
      if caps[index].isRecommended {
        over.append(.element("circle", ["class": "ring", "cx": coordinate(x), "cy": coordinate(y), "r": "8"]))
      }
    }
    let points = usable.map { (x: plot.x(caps[$0].cost ?? 0), y: plot.y(caps[$0].reduction.value)) }
    var placement = LabelPlacement(within: plot.inner, size: Plot.size)
    let labels = zip(usable, points).map { index, point in
      (x: point.x, y: point.y, text: caps[index].percentileWords)
    }
    for label in placement.place(labels, radius: 8) { over.append(Plot.text(label.x, label.y, label.text, "t i")) }
    return Figure.Frame(under: under, marks: marks, over: over, table: Self.table(caps))
  }

  /// An axis of x whose numbers are shares.
  private static func shareAxis(_ plot: Plot, _ title: String) -> Markup {
    let bottom = plot.inner.y + plot.inner.height
    var result = Markup()
    for tick in plot.x.ticks(about: 6) {
      result.append(Plot.line(plot.x(tick), plot.inner.y, plot.x(tick), bottom, "g"))
      let text = decimal(100 * tick, max(0, plot.x.decimals(about: 6) - 2)) + " %"
      result.append(Plot.text(plot.x(tick), bottom + 16, text, anchor: "middle"))
    }
    result.append(Plot.line(plot.inner.x, bottom, plot.inner.x + plot.inner.width, bottom, "a"))
    result.append(Plot.text(plot.inner.x + plot.inner.width / 2, bottom + 36, title, "tt", anchor: "middle"))
    return result
  }

  private static func table(_ caps: [Cap]) -> FigureTable {
    FigureTable(
      [
        .init("floor", "percentile"), .init("of", "granularity"), .init("tau", "tau", decimals: 3),
        .init("in axis position", "tau_position"), .init("turns", "turns", decimals: 0),
        .init("capped share", "capped_share", decimals: 3), .init("fall before", "drift_before"),
        .init("fall after", "drift_after"), .init("reduction", "drift_reduction", decimals: 3),
        .init("low", "drift_reduction_low", decimals: 3), .init("high", "drift_reduction_high", decimals: 3),
        .init("benign share", "benign_share", decimals: 3), .init("the default's", "default_share", decimals: 3),
      ],
      caps.map { cap in
        [
          .text(cap.percentileWords), .text(cap.granularity), .number(cap.tau), .number(cap.tauPosition),
          .number(Double(cap.turns)), .number(cap.cappedShare), .number(cap.before), .number(cap.after),
          .number(cap.reduction.value), .number(cap.reduction.low), .number(cap.reduction.high),
          .number(cap.benign.value), .number(cap.defaultShare),
        ]
      })
  }
}

extension ReportData.Cap {
  /// What it touches that it should leave alone: benign turns, or else the default's responses; nil if neither is known.
  var cost: Double? { benign.value.isFinite ? benign.value : defaultShare }

  /// The floor in words.
  var percentileWords: String {
    guard percentile.isFinite else { return "tau \(decimal(tau, 2))" }
    let isWhole = percentile == percentile.rounded()
    return "percentile \(decimal(percentile, isWhole ? 0 : 1))"
  }
}
