public import PersonaSpace
public import TensorFiles

/// The axis positions of conversations' assistant turns, layer by layer.
public struct DriftTracks: Sendable {
  let tracks: [TurnTable.Track]

  init(tracks: [TurnTable.Track]) { self.tracks = tracks }

  /// The tracks in a `turns.csv`.
  ///
  /// - Throws: `FileError` if it cannot be read or is no such table.
  public init(readingFrom path: String) throws { tracks = try TurnTable.tracks(readingFrom: path) }

  /// The layers, ascending.
  public var layers: [Int] { Set(tracks.map(\.layer)).sorted() }
}

/// What drift there is.
public struct DriftResult: Sendable {
  /// One conversation in one layer.
  public struct Conversation: Sendable {
    let key: ConversationKey
    /// The layer.
    public let layer: Int
    /// Its drift.
    public let drift: ConversationDrift
    /// The conversation's name.
    public var name: String { key.conversation }
    /// Its domain; empty if not known.
    public var domain: String { key.domain }
    /// Its condition; empty if not known.
    public var condition: String { key.condition }
  }

  /// One point of a mean curve.
  public struct CurvePoint: Sendable {
    let domain, condition: String
    let layer, turn, conversations: Int
    let mean: Double
  }

  /// The mean drift of a domain under a condition in one layer.
  public struct Group: Sendable, Encodable {
    /// The domain; empty if not known.
    public let domain: String
    /// The condition; empty if not known.
    public let condition: String
    /// The number of conversations.
    public let conversations: Int
    /// The means over conversations of start, end, change and share of turns below the threshold; those whose first
    /// turn was not measured do not count for the first three.
    public let start, end, change, belowThreshold: Double
  }

  /// Every conversation in every layer.
  public let conversations: [Conversation]
  let curves: [CurvePoint]
  /// The threshold in force, in axis position.
  public let threshold: Double

  /// The layers, ascending.
  public var layers: [Int] { Set(conversations.map(\.layer)).sorted() }

  /// The layer to show where one is wanted: the middle one.
  public var middle: Int { layers[layers.count / 2] }

  /// The means by domain and condition in `layer`, in order of first appearance.
  public func groups(layer: Int) -> [Group] {
    let rows = conversations.filter { $0.layer == layer }
    return grouped(rows) { [$0.domain, $0.condition] }.map { rows in
      let whole = rows.filter { $0.drift.start.isFinite }
      func mean(_ value: (ConversationDrift) -> Double, of rows: [Conversation]) -> Double {
        rows.reduce(0) { $0 + value($1.drift) } / Double(rows.count)
      }
      return Group(
        domain: rows[0].domain, condition: rows[0].condition, conversations: rows.count,
        start: mean(\.start, of: whole),
        end: mean(\.end, of: whole), change: mean(\.change, of: whole), belowThreshold: mean(\.belowThreshold, of: rows)
      )
    }
  }
}

/// Measures drift and writes `conversations.csv` and `curves.csv`.
public struct DriftRun: Sendable {
  /// The files it writes.
  public static let outputs = ["conversations.csv", "curves.csv"]

  let tracks: [TurnTable.Track]
  let threshold: Double

  /// The drift along `tracks` in the layers of `layers`.
  ///
  /// - Throws: `LayerFault` if a layer is not there.
  public init(_ tracks: DriftTracks, layers: LayerSelection = .all, threshold: Double) throws {
    let present = tracks.layers
    let wanted = Set(try layers.indices(in: present).map { present[$0] })
    self.tracks = tracks.tracks.filter { wanted.contains($0.layer) }
    self.threshold = threshold
  }

  /// Measures and writes to `output`, which the caller commits.
  public func run(into output: OutputFolder) throws -> DriftResult {
    let conversations = tracks.map {
      DriftResult.Conversation(
        key: $0.key, layer: $0.layer, drift: ConversationDrift($0.track, threshold: threshold))
    }
    let curves = grouped(tracks) { [$0.key.domain, $0.key.condition, "\($0.layer)"] }.flatMap { tracks in
      driftCurve(tracks.map(\.track)).map {
        DriftResult.CurvePoint(
          domain: tracks[0].key.domain, condition: tracks[0].key.condition, layer: tracks[0].layer, turn: $0.turn,
          conversations: $0.conversations, mean: $0.mean)
      }
    }
    try output.write(DriftTables.conversations(conversations), to: "conversations.csv")
    try output.write(DriftTables.curves(curves), to: "curves.csv")
    return DriftResult(conversations: conversations, curves: curves, threshold: threshold)
  }
}
