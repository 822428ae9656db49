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
  public init(readingFrom path: String) throws { try self.init(readingFrom: [path]) }

  /// The tracks in several tables, one after the other.
  ///
  /// - Precondition: there is one.
  /// - Throws: `FileError` if one cannot be read or is no such table, or two have a conversation of one name, condition, domain,
  ///   persona and sample.
  public init(readingFrom paths: [String]) throws {
    path = paths[0]
    var (tracks, users, places) = ([TurnTable.Track](), [TurnTable.Track](), [ConversationKey: String]())
    for path in paths {
      let found = try TurnTable.tracks(readingFrom: path, of: [.assistant, .user])
      let keys = Set((found[0] + found[1]).map(\.key))
      for track in found[0] + found[1] {
        guard let other = places[track.key] else { continue }
        throw FileError(
          path: path,
          fault: DriftFault.repeated(track.key.conversation, condition: track.key.condition, other: other))
      }
      for key in keys { places[key] = path }
      tracks += found[0]
      users += found[1]
    }
    (self.tracks, self.users) = (tracks, users)
  }

  /// The layers of the Assistant's turns, ascending.
  public var layers: [Int] { Set(tracks.map(\.layer)).sorted() }

  /// The conditions of the Assistant's turns, in order of first appearance, without that of no name.
  public var conditions: [String] {
    var seen: Set<String> = [""]
    return tracks.map(\.key.condition).filter { seen.insert($0).inserted }
  }
}
