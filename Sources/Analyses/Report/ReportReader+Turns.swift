internal import Files
internal import Reports

extension ReportReader {
  /// `turns.csv`: the conversations, with their positions in each layer and the probabilities of the two states; and whether the
  /// turns lie far off the axis.
  mutating func readTurns() throws {
    guard let path = input.path("turns.csv") else { return }
    var reader = try CSVReader(path: path)
    let names = try ["conversation", "domain", "condition", "sample"].map { try reader.column($0) }
    let persona = reader.optionalColumn("persona")
    let (speaker, layer) = (try reader.column("speaker"), try reader.column("layer"))
    let (turn, position) = (try reader.column("turn"), try reader.column("axis_position"))
    let ratio = reader.optionalColumn("off_axis_ratio")
    let (keys, assistant) = (names + [persona].compactMap(\.self), Array("assistant".utf8))
    var (places, last, current): ([[[UInt8]]: Int], [[UInt8]], Int) = ([:], [], -1)
    var ratios: [Int: [Double]] = [:]
    while try reader.next() {
      guard reader.utf8(speaker).elementsEqual(assistant) else { continue }
      guard let layer = Int(reader.text(layer)), let turn = Int(reader.text(turn)) else { continue }
      if current < 0 || !zip(keys, last).allSatisfy({ reader.utf8($0).elementsEqual($1) }) {
        last = keys.map { Array(reader.utf8($0)) }
        if let known = places[last] {
          current = known
        } else {
          let texts = keys.map { reader.text($0) }
          current = data.conversations.count
          places[last] = current
          data.conversations.append(
            .init(
              name: texts[0],
              key: .init(domain: texts[1], condition: texts[2], persona: persona == nil ? "" : texts[4]),
              sample: texts[3], turns: []))
        }
      }
      data.conversations[current].add(try reader.number(position) ?? .nan, turn: turn, layer: layer)
      if let ratio, let value = try reader.number(ratio) { ratios[layer, default: []].append(value) }
    }
    data.conversations = data.conversations.filter { $0.positions.values.contains { $0.contains(where: \.isFinite) } }
    data.caution = FarTurns(ratios.keys.sorted().map { ratios[$0] ?? [] })?.words ?? ""
    addStates()
  }

  /// The probability of home at each turn, of conversations whose group has two states.
  private mutating func addStates() {
    guard !chains.isEmpty else { return }
    for index in data.conversations.indices {
      let conversation = data.conversations[index]
      for (layer, positions) in conversation.positions {
        guard let chain = chains[.init(key: conversation.key, layer: layer)] else { continue }
        data.conversations[index].home[layer] = chain.homeProbabilities(positions, turns: conversation.turns)
      }
    }
  }
}

extension ReportData.Conversation {
  /// Adds the position of a turn in a layer; turns may come in any order.
  mutating func add(_ position: Double, turn: Int, layer: Int) {
    var place = turns.count
    if let end = turns.last, end >= turn {
      if let known = turns.lastIndex(of: turn) {
        place = known
      } else {
        place = turns.firstIndex { $0 > turn } ?? turns.count
        turns.insert(turn, at: place)
        for other in positions.keys where positions[other]?.count ?? 0 > place {
          positions[other]?.insert(.nan, at: place)
        }
      }
    } else {
      turns.append(turn)
    }
    while positions[layer, default: []].count <= place { positions[layer, default: []].append(.nan) }
    positions[layer]?[place] = position
  }
}
