extension ReportData {
  /// The conversations, those that fall most first; those without a persona, which show what the model does unasked, before the others.
  package var conversationsByFall: [Int] {
    let layer = nearest(Set(conversations.flatMap(\.positions.keys)))
    let falls = conversations.map { conversation in
      let positions = (conversation.positions[layer] ?? []).filter(\.isFinite)
      guard let first = positions.first, let last = positions.last, positions.count > 1 else { return -Double.infinity }
      return first - last
    }
    return conversations.indices.sorted { a, b in
      let (isUnasked, isOther) = (conversations[a].key.persona.isEmpty, conversations[b].key.persona.isEmpty)
      if isUnasked != isOther { return isUnasked }
      return (falls[a], b) > (falls[b], a)
    }
  }

  /// The conversation that is shown at first.
  var shownConversation: Int? { conversationsByFall.first }

  /// One conversation, turn by turn, coloured by the state that it is told to be in.
  func trajectory() -> Figure? {
    guard let index = shownConversation else { return nil }
    let conversation = conversations[index]
    let layer = nearest(conversation.positions.keys)
    guard let positions = conversation.positions[layer], positions.contains(where: \.isFinite) else { return nil }
    let height = 300.0
    return Figure(
      id: "conversation", title: "One conversation, turn by turn",
      caption:
        "Where each turn of the Assistant lies: 1 is the default Assistant, 0 the mean role. Where the group has two states, "
        + "colour is the probability that the turn is with the Assistant (blue) or away from it (orange), given the whole conversation.",
      height: height, radius: 5, layers: [layer], shown: layer
    ) { _ in
      Self.frame(conversation, positions, home: conversation.home[layer] ?? [], height: height)
    }
  }

  private static func frame(_ conversation: Conversation, _ positions: [Double], home: [Double], height: Double)
    -> Figure.Frame
  {
    let last = Double(conversation.turns.last ?? 1)
    let plot = Plot(
      height: height, x: { LinearScale(-0.3, max(last, 1) + 0.3, to: $0, $1) },
      y: { LinearScale(positions, holding: [0, 1], margin: 0.08, to: $0, $1) })
    var under = plot.xAxis("turn of the Assistant", isWhole: true, hasGrid: false) + plot.yAxis("axis position")
    for value in [0.0, 1.0] {
      under.append(Plot.line(plot.inner.x, plot.y(value), plot.inner.x + plot.inner.width, plot.y(value), "z"))
    }
    let points = zip(conversation.turns, positions).map { turn, position in
      position.isFinite ? (x: plot.x(Double(turn)), y: plot.y(position)) : nil
    }
    under.append(Plot.curve(points, "l f6"))
    let marks = points.enumerated().compactMap { index, point in
      point.map { Figure.Mark($0.x, $0.y, homeClass(index < home.count ? home[index] : .nan), row: index) }
    }
    let table = FigureTable(
      [.init("turn", "turn", decimals: 0), .init("position", "axis_position"), .init("with the Assistant", "at_home")],
      positions.indices.map {
        [
          .number(Double(conversation.turns[$0])), .number(positions[$0]), .number($0 < home.count ? home[$0] : nil),
        ]
      })
    return Figure.Frame(under: under, marks: marks, table: table)
  }

  /// The colour of a turn that is at home with the probability `home`.
  static func homeClass(_ home: Double) -> String {
    home.isFinite ? "q\(min(6, max(0, Int((home * 6).rounded()))))" : "f6"
  }
}
