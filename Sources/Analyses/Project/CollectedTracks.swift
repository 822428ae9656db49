internal import Dumps
internal import PersonaSpace

/// Turns that are gathered into tracks, in the order in which their conversations and layers first come.
struct CollectedTracks {
  /// One turn.
  struct Turn {
    let turn: Int
    let position: Double
    /// Its standard error; NaN if it is not known.
    let error: Double
    /// Where the default's own answer to the opening message lies; NaN if it is not known.
    let baseline: Double
    /// Its tokens; NaN if they are not known.
    let tokens: Double
    /// The line of the table on which it stands; 0 where it comes from none.
    let line: Int
  }

  private struct Name: Hashable {
    /// The conversation, by its place among the keys.
    let key: Int
    let layer: Int
  }

  private var keys: [ConversationKey] = []
  private var places: [ConversationKey: Int] = [:]
  private var names: [Name] = []
  private var indices: [Name: Int] = [:]
  private var turns: [[Turn]] = []
  /// The turns of each conversation, those without a position included.
  private var counts: [Int] = []
  /// The key that came last, as it stands in the table: rows of a conversation mostly follow one another.
  private var last: (cells: [ArraySlice<UInt8>], place: Int)?

  var isEmpty: Bool { turns.allSatisfy(\.isEmpty) }

  /// Whether `cells` are those of the key that came last.
  func isLast(_ cells: [ArraySlice<UInt8>]) -> Bool { last?.cells == cells }

  /// Makes `key`, whose cells are `cells`, the one of the turns that follow.
  mutating func enter(_ cells: [ArraySlice<UInt8>], _ key: ConversationKey) {
    // Copies: a slice would keep the row's buffer.
    last = (cells.map { Array($0)[...] }, place(of: key))
  }

  private mutating func place(of key: ConversationKey) -> Int {
    if let place = places[key] { return place }
    places[key] = keys.count
    keys.append(key)
    return keys.count - 1
  }

  /// The track of the key that was entered last in `layer`.
  mutating func track(layer: Int) -> Int {
    guard let last else { preconditionFailure("no key was entered") }
    return index(Name(key: last.place, layer: layer))
  }

  /// The track of `key` in `layer`.
  mutating func track(_ key: ConversationKey, layer: Int) -> Int { index(Name(key: place(of: key), layer: layer)) }

  private mutating func index(_ name: Name) -> Int {
    if let index = indices[name] { return index }
    indices[name] = names.count
    names.append(name)
    turns.append([])
    counts.append(0)
    return names.count - 1
  }

  mutating func add(_ turn: Turn, to track: Int) { turns[track].append(turn) }

  /// Takes note that the conversation of `track` has at least `count` turns.
  mutating func count(_ count: Int, in track: Int) { counts[track] = max(counts[track], count) }

  /// The first line that gives a turn which a line above gave, and that one; nil if there is none.
  var repeated: (line: Int, first: Int)? {
    var found: (line: Int, first: Int)?
    for track in turns {
      let ordered = track.sorted { ($0.turn, $0.line) < ($1.turn, $1.line) }
      for (one, next) in zip(ordered, ordered.dropFirst())
      where one.turn == next.turn && next.line < found?.line ?? .max {
        found = (next.line, one.line)
      }
    }
    return found
  }

  /// The tracks, each in order of its turns, of those with a position.
  var tracks: [TurnTable.Track] {
    // Mostly nothing but positions is known: one list without numbers serves all tracks of a length.
    var unknown: [Int: [Double]] = [:]
    func column(_ values: [Double]) -> [Double] {
      guard values.allSatisfy(\.isNaN) else { return values }
      if let list = unknown[values.count] { return list }
      unknown[values.count] = values
      return values
    }
    return names.indices.filter { !turns[$0].isEmpty }.map { index in
      let (name, ordered) = (names[index], turns[index].sorted { $0.turn < $1.turn })
      let track = ConversationTrack(
        positions: ordered.map(\.position), turns: ordered.map(\.turn), count: counts[index])
      return TurnTable.Track(
        key: keys[name.key], layer: name.layer, track: track, errors: column(ordered.map(\.error)),
        baselines: column(ordered.map(\.baseline)), tokens: column(ordered.map(\.tokens)))
    }
  }
}
