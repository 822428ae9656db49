internal import Dumps
internal import Files
internal import PersonaSpace

/// One turn in one layer, as `turns.csv` has it.
struct TurnRecord: Sendable {
  let key: ConversationKey
  var speaker = Speaker.assistant
  let turn: Int
  /// The turns of its speaker in the conversation, those that were left out included.
  let turnCount: Int
  let layer: Int
  let tokens: Int?
  let reading: AxisReading
  /// The standard error of the position, in axis position; nil if it is not known.
  var error: Double?
  /// Its distance off the axis over that of the farthest role: no unit; nil if it is not known.
  var reach: Double?
  /// Where the default's own answer to the conversation's opening message lies, in axis position; nil if it is not known.
  var baseline: Double?
}

/// `turns.csv`.
enum TurnTable {
  static let schema = CSVSchema<TurnRecord> {
    keyColumns { $0.key }
    CSVColumn("turn", "The turn, of its speaker.", .index) { .integer($0.turn) }
    CSVColumn("speaker", "assistant or user.", .word) { .text($0.speaker.rawValue) }
    CSVColumn("layer", "The layer.", .layer) { .integer($0.layer) }
    CSVColumn(
      "tokens", "The tokens of the turn.", .count, empty: "it was dumped as a mean and the transcript does not say"
    ) { .integer($0.tokens) }
    readingColumns { $0.reading }
    CSVColumn("persona", "The persona that the model was asked to be.", empty: "it was asked for none") {
      .text($0.key.persona)
    }
    CSVColumn(
      "reading_error", "Standard error of the turn's axis position, by means of blocks of its tokens.", .positionSpread,
      empty: "it was not dumped as tokens, or of too few"
    ) {
      .number($0.error)
    }
    CSVColumn("persona_note", "Why no tether is given to the persona.", empty: "nothing stands against it") {
      .text($0.key.isPersonaKnown ? "" : strange)
    }
    CSVColumn(
      "off_axis_ratio", "The turn's off_axis_distance over that of the role that lies farthest off the axis.", .ratio,
      empty: "SPACE is a bare axis"
    ) {
      .number($0.reach)
    }
    CSVColumn(
      "baseline_position", "Where the default's own answer to the opening message lies, without history (baseline/).",
      .position, empty: "the dump has no baseline/ for it"
    ) { .number($0.baseline) }
    CSVColumn(
      "conversation_turns", "The speaker's turns in the conversation, those that were left out of the table included.",
      .count
    ) { .integer($0.turnCount) }
  }

  private static let strange = "no role of the space"

  static func table(_ records: [TurnRecord]) -> CSVTable {
    schema.table { take in for record in records { try take(record) } }
  }

  /// The turns of one speaker of a conversation in one layer.
  struct Track: Sendable {
    let key: ConversationKey
    let layer: Int
    let track: ConversationTrack
    /// The standard error of each position; NaN where it is not known.
    let errors: [Double]
    /// Where the default's own answer to the opening message lies, for each; NaN where it is not known.
    let baselines: [Double]
    /// The tokens of each; NaN where they are not known.
    let tokens: [Double]
  }

  static func tracks(_ records: [TurnRecord], of speaker: Speaker = .assistant) -> [Track] {
    var collected = CollectedTracks()
    for record in records where record.speaker == speaker {
      let track = collected.track(record.key, layer: record.layer)
      collected.count(record.turnCount, in: track)
      collected.add(
        .init(
          turn: record.turn, position: record.reading.position, error: record.error ?? .nan,
          baseline: record.baseline ?? .nan, tokens: record.tokens.map(Double.init) ?? .nan, line: 0), to: track)
    }
    return collected.tracks
  }

  /// The tracks of each of `speakers` in the `turns.csv` at `path`, read row by row; rows of others are passed over, and rows
  /// without a position but for the number of their turn.
  ///
  /// What is held is, of each turn, its number, position, error, baseline, tokens and line, and each name once. A table without the
  /// columns `persona`, `reading_error`, `baseline_position` or `tokens` is one without these.
  ///
  /// - Throws: `FileError` if it cannot be read or is no such table, a turn is given twice, or there is no turn of a
  ///   position of the Assistant's.
  static func tracks(readingFrom path: String, of speakers: [Speaker]) throws -> [[Track]] {
    var reader = try CSVReader(path: path)
    var names = try ["conversation", "domain", "condition", "sample"].map { try reader.column($0) }
    names += ["persona", "persona_note"].compactMap { reader.optionalColumn($0) }
    let error = reader.optionalColumn("reading_error")
    let total = reader.optionalColumn("conversation_turns")
    let (baseline, tokens) = (reader.optionalColumn("baseline_position"), reader.optionalColumn("tokens"))
    let (speaker, layer) = (try reader.column("speaker"), try reader.column("layer"))
    let (turn, position) = (try reader.column("turn"), try reader.column("axis_position"))
    let spoken = speakers.map { Array($0.rawValue.utf8) }
    var collected = [CollectedTracks](repeating: CollectedTracks(), count: speakers.count)
    while try reader.next() {
      guard let who = spoken.firstIndex(where: reader.utf8(speaker).elementsEqual) else { continue }
      guard let layer = Int(reader.text(layer)), let turn = Int(reader.text(turn)) else {
        throw reader.error(TurnTableFault.notWhole(layer: reader.text(layer), turn: reader.text(turn)))
      }
      guard (0...mostTurns).contains(turn) else { throw reader.error(TurnTableFault.turnNumber(turn)) }
      let key = names.map { reader.utf8($0) }
      if !collected[who].isLast(key) {
        collected[who].enter(
          key, Self.key(names.map { reader.text($0) }, hasPersonas: reader.optionalColumn("persona") != nil))
      }
      let track = collected[who].track(layer: layer)
      let known = try total.flatMap { try reader.number($0) }.flatMap { Int(exactly: $0) } ?? 0
      collected[who].count(max(turn + 1, min(known, mostTurns)), in: track)
      guard let value = try reader.number(position) else { continue }
      let spread = try error.flatMap { try reader.number($0) } ?? .nan
      if spread < 0 { throw reader.error(TurnTableFault.negativeError(spread)) }
      let base = try baseline.flatMap { try reader.number($0) } ?? .nan
      let length = try tokens.flatMap { try reader.number($0) } ?? .nan
      collected[who].add(
        .init(turn: turn, position: value, error: spread, baseline: base, tokens: length, line: reader.line), to: track)
    }
    for tracks in collected {
      if let (line, first) = tracks.repeated {
        throw FileError(path: path, place: "line \(line)", fault: TurnTableFault.repeated(line: first))
      }
    }
    if let index = speakers.firstIndex(of: .assistant), collected[index].isEmpty {
      throw FileError(path: path, fault: TableFault.noTurns)
    }
    return collected.map(\.tracks)
  }

  /// The key of cells in the order of the table: conversation, domain, condition, sample, and if they are there persona and its note.
  private static func key(_ cells: [String], hasPersonas: Bool) -> ConversationKey {
    ConversationKey(
      conversation: cells[0], domain: cells[1], condition: cells[2], persona: hasPersonas ? cells[4] : "",
      sample: cells[3], isPersonaKnown: !hasPersonas || cells.count < 6 || cells[5].isEmpty)
  }

  /// More than any conversation has: a number beyond it is damaged.
  private static let mostTurns = 1_000_000_000
}

/// Why a table of turns is refused.
enum TurnTableFault: FileFault, Equatable {
  case repeated(line: Int)
  case notWhole(layer: String, turn: String)
  case turnNumber(Int)
  case negativeError(Double)

  var explanation: String {
    switch self {
    case .negativeError(let error): "a reading_error of \(error): a standard error is not negative"
    case .turnNumber(let turn): "there is no turn \(turn); turns count from 0"
    case .notWhole(let layer, let turn): "layer '\(layer)' and turn '\(turn)': whole numbers are wanted"
    case .repeated(let line): "the same turn of the same conversation and layer stands on line \(line)"
    }
  }
}
