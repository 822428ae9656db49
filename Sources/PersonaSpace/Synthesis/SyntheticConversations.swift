/// Conversations with planted axis positions: mean-reverting walks that start near the Assistant and are tethered to
/// a resting point of their domain.
public struct SyntheticConversations: Sendable {
  /// How a domain moves: x ← x + stiffness · (restingPoint − x) + wander · noise at each turn.
  public struct Tether: Sendable, Equatable {
    /// The domain's name.
    public let domain: String
    /// The share of the gap to the resting point that a turn closes.
    public let stiffness: Double
    /// The position that is tended to.
    public let restingPoint: Double
    /// The standard deviation of a turn's noise.
    public let wander: Double
    /// Whether the resting point is away from the Assistant.
    public var drifts: Bool { restingPoint < 0.5 }
  }

  /// A conversation as planted.
  public struct Conversation: Sendable {
    /// Its name.
    public let name: String
    /// Its domain.
    public let domain: String
    /// The axis position of each assistant turn.
    public let positions: [Double]
    /// The axis positions of each turn's tokens, whose mean is the turn's; nil for a conversation that is given as
    /// turn means.
    public let tokens: [[Double]]?
    let index: Int
  }

  /// The domains: two stay with the Assistant, two leave it.
  public static let tethers = [
    Tether(domain: "coding", stiffness: 0.5, restingPoint: 0.95, wander: 0.04),
    Tether(domain: "writing", stiffness: 0.5, restingPoint: 0.9, wander: 0.05),
    Tether(domain: "therapy", stiffness: 0.3, restingPoint: 0, wander: 0.08),
    Tether(domain: "philosophy", stiffness: 0.25, restingPoint: -0.2, wander: 0.1),
  ]
  /// The standard deviation of a token's position about its turn's.
  static let tokenSpread = 0.35

  /// The conversations, domain by domain in turn.
  public let conversations: [Conversation]
  private let personas: SyntheticPersonas

  /// Plants `count` conversations of `turns` assistant turns in the space of `personas`; every third has tokens.
  public init(count: Int, turns: Int, in personas: SyntheticPersonas) {
    self.personas = personas
    conversations = (0..<count).map { index in
      var random = SeededGenerator(seed: personas.seed, purpose: 4, index: UInt64(index))
      let tether = Self.tethers[index % Self.tethers.count]
      var positions = [0.95 + 0.05 * random.nextGaussian()]
      while positions.count < turns {
        let last = positions[positions.count - 1]
        positions.append(
          last + tether.stiffness * (tether.restingPoint - last) + tether.wander * random.nextGaussian())
      }
      let tokens = positions.map { position in
        centred(random.gaussians(8 + Int(random.next() % 9))).map { position + Self.tokenSpread * $0 }
      }
      let number = index / Self.tethers.count + 1
      return Conversation(
        name: "\(tether.domain)_\(number < 10 ? "0" : "")\(number)", domain: tether.domain, positions: positions,
        tokens: index % 3 == 2 ? tokens : nil, index: index)
    }
  }

  /// The activations of a conversation in C order: (tokens, layers, d) where it has tokens, else (turns, layers, d).
  public func activations(of conversation: Conversation) -> [Double] {
    let positions = conversation.tokens.map { Array($0.joined()) } ?? conversation.positions
    var random = SeededGenerator(seed: personas.seed, purpose: 5, index: UInt64(conversation.index))
    var values: [Double] = []
    values.reserveCapacity(positions.count * personas.layers.count * personas.dimensions)
    for position in positions {
      for layer in personas.layers {
        let noise = orthogonalised(random.gaussians(personas.dimensions), to: [layer.axis])
        values += layer.point(
          position: position, others: random.gaussians(4).map { 0.15 * $0 },
          noise: noise.map { 0.3 / Double(personas.dimensions).squareRoot() * $0 })
      }
    }
    return values
  }
}
