internal import PersonaSpace
internal import Statistics

/// What was planted in a synthetic dump: the content of `truth.json`.
struct SyntheticTruth: Encodable {
  struct Role: Encodable {
    let role: String
    let position: Double
  }

  struct Layer: Encodable {
    let layer: Int
    let axisNorm: Double
    /// The unit axis, toward the Assistant.
    let axis: [Double]

    enum CodingKeys: String, CodingKey {
      case layer, axis
      case axisNorm = "axis_norm"
    }
  }

  struct Domain: Encodable {
    let domain: String
    /// Nil if there are no conditions.
    let condition: String?
    let stiffness, restingPoint, wander: Double
    let drifts: Bool

    enum CodingKeys: String, CodingKey {
      case domain, condition, stiffness, wander, drifts
      case restingPoint = "resting_point"
    }
  }

  struct Conversation: Encodable {
    let conversation, domain: String
    /// Nil if there are no conditions, or no regenerations.
    let condition: String?
    let sample: Int?
    let granularity: String
    /// The axis position of each turn.
    let positions: [Double]
    /// The same after capping at `cap`.
    let cappedPositions: [Double]

    enum CodingKeys: String, CodingKey {
      case conversation, domain, condition, sample, granularity, positions
      case cappedPositions = "capped_positions"
    }
  }

  struct Cap: Encodable {
    let percentile: Double
    /// The floor in axis position: that percentile of the roles' positions.
    let position: Double
  }

  let seed: UInt64
  let cosAxisPC1: Double
  let roles: [Role]
  let layers: [Layer]
  let domains: [Domain]
  let cap: Cap
  let conversations: [Conversation]
  /// What was planted in responses; absent without them.
  let responses: SyntheticResponsesTruth?

  enum CodingKeys: String, CodingKey {
    case seed, roles, layers, domains, cap, conversations, responses
    case cosAxisPC1 = "cos_axis_pc1"
  }

  init(_ personas: SyntheticPersonas, _ talks: SyntheticConversations, _ responses: SyntheticResponses?) {
    self.responses = responses.map { SyntheticResponsesTruth($0, personas) }
    seed = personas.seed
    cosAxisPC1 = SyntheticPersonas.cosineOfLeadingComponent
    roles = personas.roles.map { Role(role: $0.name, position: $0.position) }
    layers = personas.layers.enumerated().map { Layer(layer: $0, axisNorm: $1.norm, axis: $1.axis) }
    let conditions = talks.conditions.isEmpty ? [nil] : talks.conditions.map { $0 as String? }
    domains = conditions.enumerated().flatMap { number, condition in
      talks.tethers.map {
        let tether = $0.under(condition: number)
        return Domain(
          domain: tether.domain, condition: condition, stiffness: tether.stiffness, restingPoint: tether.restingPoint,
          wander: tether.residualNoise, drifts: tether.drifts)
      }
    }
    let percentile = 25.0
    let floor = quantile(personas.roles.map(\.position), percentile / 100)
    cap = Cap(percentile: percentile, position: floor)
    conversations = talks.conversations.map { talk in
      let tokens = talk.tokens ?? talk.positions.map { [$0] }
      return Conversation(
        conversation: talk.name, domain: talk.domain, condition: talk.condition.isEmpty ? nil : talk.condition,
        sample: talk.sample, granularity: talk.tokens == nil ? "turn" : "token",
        positions: talk.positions,
        cappedPositions: tokens.map { turn in turn.reduce(0) { $0 + max($1, floor) } / Double(turn.count) })
    }
  }
}
