internal import Dumps
internal import PersonaSpace

/// The turns of a conversation in one layer, as columns: a sweep has too many to hold a row of each.
struct CapColumns: Sendable {
  /// What one threshold does to a turn.
  struct Moved: Sendable {
    /// The share of tokens touched, the pull-back in axis-projection units, and the mean of |h′ − h| / |h|.
    let share, pullback, perturbation: Double

    init(_ turn: CappedTurn) {
      (share, pullback, perturbation) = (turn.cappedShare, turn.pullback, turn.perturbation)
    }
  }

  /// The number of thresholds.
  let thresholds: Int
  /// The number of each turn, and of its tokens; 1 of a turn's mean.
  private(set) var turns: [Int32] = []
  private(set) var tokens: [Int32] = []
  /// The projection and axis position of each turn's mean.
  private(set) var before: [Double] = []
  private(set) var positions: [Double] = []
  /// The mean squared distance of its tokens' projections from their mean; NaN of tokens along another direction than the axis.
  private(set) var variances: [Double] = []
  /// Its distance off the axis over that of the farthest role; NaN if it is not known.
  private(set) var reaches: [Double] = []
  /// Turn by turn, of each what every threshold does.
  private var moves: [Moved] = []

  /// No turns, with room for `count`.
  init(thresholds: Int, room count: Int) {
    self.thresholds = thresholds
    turns.reserveCapacity(count)
    tokens.reserveCapacity(count)
    before.reserveCapacity(count)
    positions.reserveCapacity(count)
    variances.reserveCapacity(count)
    reaches.reserveCapacity(count)
    moves.reserveCapacity(count * thresholds)
  }

  /// Those of `parts`, one after the other.
  init(joining parts: [CapColumns]) {
    if parts.count == 1 {
      self = parts[0]
      return
    }
    self.init(thresholds: parts.first?.thresholds ?? 0, room: parts.reduce(0) { $0 + $1.turns.count })
    for part in parts {
      turns += part.turns
      tokens += part.tokens
      before += part.before
      positions += part.positions
      variances += part.variances
      reaches += part.reaches
      moves += part.moves
    }
  }

  /// Adds the turn `number`, whose tokens are read along a direction that has the cosine `cosine` with the axis; nil for the axis itself.
  mutating func add(
    _ number: Int, _ turn: TurnReader.Turn, under sweep: [CapThreshold], reach: Double?, cosine: Double?
  ) {
    guard let read = turn.tokens else { preconditionFailure("a turn without its tokens") }
    let mean = turn.reading.projection
    var variance = Double.nan
    for threshold in sweep {
      let capped = CappedTurn(read, mean: mean, threshold.intervention)
      variance = capped.variance
      moves.append(Moved(cosine.map { capped.seen(along: $0, mean: mean) } ?? capped))
    }
    turns.append(Int32(clamping: number))
    tokens.append(Int32(clamping: read.projections.count))
    before.append(mean)
    positions.append(turn.reading.position)
    variances.append(cosine == nil ? variance : .nan)
    reaches.append(reach ?? .nan)
  }

  /// What the threshold at `threshold` does to the turn at `place`.
  func moved(_ place: Int, _ threshold: Int) -> Moved { moves[place * thresholds + threshold] }

  /// The axis position of the turn at `place` after that, where the axis is of length `norm`.
  func positionAfter(_ place: Int, _ threshold: Int, norm: Double) -> Double {
    positions[place] + moved(place, threshold).pullback / norm
  }

  /// The conversation under one threshold; nil if it has no turn here.
  func conversation(
    _ threshold: Int, count: Int, norm: Double, isBenign: Bool
  ) -> CapEffect.Conversation? {
    if turns.isEmpty { return nil }
    let numbers = turns.map { Int($0) }
    let own = turns.indices.map { moved($0, threshold) }
    return CapEffect.Conversation(
      before: ConversationTrack(positions: positions, turns: numbers, count: count),
      after: ConversationTrack(
        positions: turns.indices.map { positionAfter($0, threshold, norm: norm) }, turns: numbers, count: count),
      shares: own.map(\.share), pullbacks: own.map(\.pullback), perturbations: own.map(\.perturbation),
      isBenign: isBenign)
  }

  /// The projections of the tokens of the turn at `place`; of a turn's mean that one.
  func moments(_ place: Int) -> LayerSeparation.Moments {
    let count = Int(tokens[place])
    return .init(count: count, mean: before[place], squares: variances[place] * Double(count))
  }
}

/// A conversation under the thresholds of a sweep.
struct CappedConversation: Sendable {
  let key: ConversationKey
  /// Its turns, those that were left out included.
  let turnCount: Int
  /// What caps were simulated on.
  let granularity: CapGranularity
  /// Layer by layer of the plan.
  let layers: [CapColumns]
  /// Range by range of what was asked for.
  let ranges: [CapRangeSums]
}

/// The conversations under a sweep, in the order in which they were read.
struct CappedConversations: Sendable {
  /// The layers, by their numbers.
  let layers: [Int]
  /// The thresholds of each.
  let thresholds: [[CapThreshold]]
  /// The axis of each.
  let axes: [AssistantAxis]
  /// The ranges of layers.
  let ranges: CapRanges
  let conversations: [CappedConversation]

  /// Where a row of `cap_turns.csv` stands: conversation by conversation, in each layer by layer, and there threshold by threshold.
  struct RowPlace: Sendable {
    var conversation = 0
    var layer = 0
    /// Its place among the rows of the conversation in that layer.
    var row = 0
  }

  /// The place of the first row, and of each that stands `count` rows behind one of these.
  func places(every count: Int) -> [RowPlace] {
    var (places, missing) = ([RowPlace](), 0)
    for (number, conversation) in conversations.enumerated() {
      for layer in conversation.layers.indices {
        let rows = conversation.layers[layer].turns.count * thresholds[layer].count
        while missing < rows {
          places.append(RowPlace(conversation: number, layer: layer, row: missing))
          missing += count
        }
        missing -= rows
      }
    }
    return places
  }

  /// Calls `body` with `count` rows of `cap_turns.csv` from `place` on, fewer at the end.
  func forEachRow(from place: RowPlace, count: Int, _ body: (CapTurn) -> Void) {
    var (place, left) = (place, count)
    while place.conversation < conversations.count {
      let conversation = conversations[place.conversation]
      let own = conversation.layers[place.layer]
      let rows = place.row..<min(place.row + left, own.turns.count * thresholds[place.layer].count)
      for row in rows {
        let (index, turn) = row.quotientAndRemainder(dividingBy: own.turns.count)
        body(
          CapTurn(
            key: conversation.key, turn: Int(own.turns[turn]), layer: layers[place.layer],
            threshold: thresholds[place.layer][index],
            tokens: conversation.granularity == .token ? Int(own.tokens[turn]) : nil,
            reach: own.reaches[turn].isNaN ? nil : own.reaches[turn], before: own.before[turn],
            positionBefore: own.positions[turn],
            positionAfter: own.positionAfter(turn, index, norm: axes[place.layer].norm), moved: own.moved(turn, index)))
      }
      left -= rows.count
      if left == 0 { return }
      let isLast = place.layer + 1 == conversation.layers.count
      place = RowPlace(
        conversation: place.conversation + (isLast ? 1 : 0), layer: isLast ? 0 : place.layer + 1)
    }
  }

  /// The turns where they lie far outside what the roles span; nil where they do not.
  var farTurns: FarTurns? {
    FarTurns(
      layers.indices.map { place in
        conversations.flatMap { $0.layers[place].reaches.filter { !$0.isNaN } }
      })
  }
}
