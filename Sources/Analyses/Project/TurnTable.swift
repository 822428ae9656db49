internal import Dumps
internal import Files
internal import PersonaSpace

/// One turn in one layer, as `turns.csv` has it.
struct TurnRecord: Sendable {
  let key: ConversationKey
  var speaker = Speaker.assistant
  let turn: Int
  let layer: Int
  let tokens: Int?
  let reading: AxisReading
}

/// `turns.csv`.
enum TurnTable {
  static func text(_ records: [TurnRecord]) -> String {
    var table = CSVText(columns: [
      "conversation", "domain", "condition", "sample", "turn", "speaker", "layer", "tokens", "axis_projection",
      "axis_position", "axis_distance", "off_axis_distance", "cosine",
    ])
    for record in records {
      table.append(
        keyCells(record.key) + [
          .integer(record.turn), .text(record.speaker.rawValue), .integer(record.layer), .integer(record.tokens),
        ] + readingCells(record.reading))
    }
    return table.text
  }

  /// The turns of one speaker of a conversation in one layer.
  struct Track: Sendable {
    let key: ConversationKey
    let layer: Int
    let track: ConversationTrack
  }

  static func tracks(_ records: [TurnRecord], of speaker: Speaker = .assistant) -> [Track] {
    tracks(records.filter { $0.speaker == speaker }.map { ($0.key, $0.layer, $0.turn, $0.reading.position) })
  }

  /// The tracks in a `turns.csv`; rows of other speakers and rows without a position are passed over.
  ///
  /// - Throws: `FileError` if it is no such table, a turn is given twice, or no turn of the Assistant is left.
  static func tracks(in table: CSVTable, of wanted: Speaker = .assistant) throws -> [Track] {
    let path = table.path
    let names = try ["conversation", "domain", "condition", "sample"].map(table.column)
    let (speaker, layer, turn) = (try table.column("speaker"), try table.column("layer"), try table.column("turn"))
    let position = try table.column("axis_position")
    var places: [Place: Int] = [:]
    var found: [(key: ConversationKey, layer: Int, turn: Int, position: Double)] = []
    for (i, row) in table.rows.enumerated() where row[speaker] == wanted.rawValue {
      guard let value = try table.number(row: i, column: position) else { continue }
      guard let layer = Int(row[layer]), let turn = Int(row[turn]) else {
        throw FileError(
          path: path, place: "line \(table.lines[i])",
          fault: TurnTableFault.notWhole(layer: row[layer], turn: row[turn]))
      }
      guard (0...mostTurns).contains(turn) else {
        throw FileError(path: path, place: "line \(table.lines[i])", fault: TurnTableFault.turnNumber(turn))
      }
      let key = ConversationKey(
        conversation: row[names[0]], domain: row[names[1]], condition: row[names[2]], sample: row[names[3]])
      if let other = places.updateValue(table.lines[i], forKey: Place(key: key, layer: layer, turn: turn)) {
        throw FileError(path: path, place: "line \(table.lines[i])", fault: TurnTableFault.repeated(line: other))
      }
      found.append((key, layer, turn, value))
    }
    guard !found.isEmpty || wanted != .assistant else { throw FileError(path: path, fault: TableFault.noTurns) }
    return tracks(found)
  }

  /// More than any conversation has: a number beyond it is damaged.
  private static let mostTurns = 1_000_000_000

  private struct Place: Hashable {
    let key: ConversationKey
    let layer: Int
    let turn: Int
  }

  private static func tracks(
    _ turns: [(key: ConversationKey, layer: Int, turn: Int, position: Double)]
  ) -> [Track] {
    struct Name: Hashable {
      let key: ConversationKey
      let layer: Int
    }
    var (order, byName) = ([Name](), [Name: [(turn: Int, position: Double)]]())
    for turn in turns {
      let name = Name(key: turn.key, layer: turn.layer)
      if byName[name] == nil { order.append(name) }
      byName[name, default: []].append((turn.turn, turn.position))
    }
    return order.map { name in
      let turns = (byName[name] ?? []).sorted { $0.turn < $1.turn }
      let track = ConversationTrack(positions: turns.map(\.position), turns: turns.map(\.turn))
      return Track(key: name.key, layer: name.layer, track: track)
    }
  }
}

func keyCells(_ key: ConversationKey) -> [CSVText.Cell] {
  [.text(key.conversation), .text(key.domain), .text(key.condition), .text(key.sample)]
}

/// Why a table of turns is refused.
enum TurnTableFault: FileFault, Equatable {
  case repeated(line: Int)
  case notWhole(layer: String, turn: String)
  case turnNumber(Int)

  var explanation: String {
    switch self {
    case .turnNumber(let turn): "there is no turn \(turn); turns count from 0"
    case .notWhole(let layer, let turn): "layer '\(layer)' and turn '\(turn)': whole numbers are wanted"
    case .repeated(let line): "the same turn of the same conversation and layer stands on line \(line)"
    }
  }
}
