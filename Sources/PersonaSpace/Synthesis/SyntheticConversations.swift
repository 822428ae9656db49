internal import LinearAlgebra
internal import Statistics

/// Conversations with planted axis positions: mean-reverting walks that start near the Assistant and are tethered to
/// a resting point of their domain.
public struct SyntheticConversations: Sendable {
  /// How a domain moves: x ← x + stiffness · (restingPoint − x) + residualNoise · noise at each turn.
  public struct Tether: Sendable, Equatable {
    /// The domain's name.
    public let domain: String
    /// The share of the gap to the resting point that a turn closes.
    public let stiffness: Double
    /// The position that is tended to.
    public let restingPoint: Double
    /// The standard deviation of a turn's noise.
    public let residualNoise: Double
    /// Whether the resting point is away from the Assistant.
    public var drifts: Bool { restingPoint < 0.5 }

    /// A tether of the domain `domain`.
    public init(domain: String, stiffness: Double, restingPoint: Double, residualNoise: Double) {
      (self.domain, self.stiffness, self.restingPoint, self.residualNoise) = (
        domain, stiffness, restingPoint, residualNoise
      )
    }

    /// The tether under the condition of number `condition`: with each the resting point lies farther from the Assistant, and the
    /// walk is more restless.
    public func under(condition: Int) -> Tether {
      Tether(
        domain: domain, stiffness: stiffness, restingPoint: restingPoint - 0.4 * Double(condition),
        residualNoise: residualNoise * (1 + 0.5 * Double(condition)))
    }
  }

  /// A conversation as planted.
  public struct Conversation: Sendable {
    /// Its name, which its regenerations and those under other conditions share.
    public let name: String
    /// The name of its files.
    public let fileName: String
    /// Its condition; empty if there are none.
    public let condition: String
    /// Which regeneration it is; nil if there is one alone.
    public let sample: Int?
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
  public static let usualTethers = [
    Tether(domain: "coding", stiffness: 0.5, restingPoint: 0.95, residualNoise: 0.04),
    Tether(domain: "writing", stiffness: 0.5, restingPoint: 0.9, residualNoise: 0.05),
    Tether(domain: "therapy", stiffness: 0.3, restingPoint: 0, residualNoise: 0.08),
    Tether(domain: "philosophy", stiffness: 0.25, restingPoint: -0.2, residualNoise: 0.1),
  ]
  /// The standard deviation of a token's position about its turn's.
  static let tokenSpread = 0.35

  /// The conversations, domain by domain in turn, each with its regenerations under each condition.
  public let conversations: [Conversation]
  /// How each domain moves, without a condition or under the first.
  public let tethers: [Tether]
  /// The conditions; empty if there are none.
  public let conditions: [String]
  private let personas: SyntheticPersonas

  /// Plants `count` conversations of `turns` assistant turns in the space of `personas`; every third has tokens.
  ///
  /// Each is there `samples` times under each of `conditions`, from one starting point and with noise of its own.
  public init(
    count: Int, turns: Int, samples: Int = 1, conditions: [String] = [],
    tethers: [Tether] = SyntheticConversations.usualTethers, in personas: SyntheticPersonas
  ) {
    (self.personas, self.tethers, self.conditions) = (personas, tethers, conditions)
    let isRegenerated = samples > 1 || !conditions.isEmpty
    let kinds = (conditions.isEmpty ? [""] : conditions).enumerated().flatMap { condition, name in
      (0..<samples).map { (condition: condition, name: name, sample: $0) }
    }
    conversations = (0..<count).flatMap { index in
      kinds.enumerated().map { place, kind in
        // The first takes up where a conversation alone would, the others have sequences of their own.
        var random = SeededGenerator(seed: personas.seed, purpose: .syntheticConversations, index: UInt64(index))
        let tether = tethers[index % tethers.count].under(condition: kind.condition)
        var positions = [0.95 + 0.05 * random.nextGaussian()]
        if place > 0 {
          random = SeededGenerator(seed: personas.seed, purpose: .syntheticRegeneration(place), index: UInt64(index))
        }
        while positions.count < turns {
          let last = positions[positions.count - 1]
          positions.append(
            last + tether.stiffness * (tether.restingPoint - last) + tether.residualNoise * random.nextGaussian())
        }
        let tokens = positions.map { position in
          centred(random.gaussians(8 + Int(random.next() % 9))).map { position + Self.tokenSpread * $0 }
        }
        let number = index / tethers.count + 1
        let name = "\(tether.domain)_\(number < 10 ? "0" : "")\(number)"
        let suffix = (kind.name.isEmpty ? "" : "_\(kind.name)") + "_s\(kind.sample)"
        return Conversation(
          name: name, fileName: isRegenerated ? name + suffix : name, condition: kind.name,
          sample: isRegenerated ? kind.sample : nil, domain: tether.domain, positions: positions,
          tokens: index % 3 == 2 ? tokens : nil, index: index * kinds.count + place)
      }
    }
  }

  /// The activations of a conversation in C order: (tokens, layers, d) where it has tokens, else (turns, layers, d).
  public func activations(of conversation: Conversation) -> [Double] {
    let positions = conversation.tokens.map { Array($0.joined()) } ?? conversation.positions
    var random = SeededGenerator(seed: personas.seed, purpose: .syntheticActivations, index: UInt64(conversation.index))
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
