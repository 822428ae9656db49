internal import Dumps
internal import Files

/// The axis positions of conversations' turns, layer by layer.
public struct DriftTracks: Sendable {
  /// Where they come from, for messages.
  let path: String
  /// The Assistant's turns.
  let tracks: [TurnTable.Track]
  /// The users' turns; empty where they are not known.
  let users: [TurnTable.Track]

  init(path: String, _ records: [TurnRecord]) {
    self.path = path
    (tracks, users) = (TurnTable.tracks(records), TurnTable.tracks(records, of: .user))
  }

  /// The tracks in a `turns.csv`.
  ///
  /// - Throws: `FileError` if it cannot be read or is no such table.
  public init(readingFrom path: String) throws {
    self.path = path
    let found = try TurnTable.tracks(readingFrom: path, of: [.assistant, .user])
    (tracks, users) = (found[0], found[1])
  }

  /// The layers of the Assistant's turns, ascending.
  public var layers: [Int] { Set(tracks.map(\.layer)).sorted() }

  /// The conditions of the Assistant's turns, in order of first appearance, without that of no name.
  public var conditions: [String] {
    var seen: Set<String> = [""]
    return tracks.map(\.key.condition).filter { seen.insert($0).inserted }
  }
}
