/// What a report is made of: the numbers of an analysis, as far as there are any. What is not there is empty.
package struct ReportData: Sendable {
  /// A layer of the space: a row of `layers.csv`, and what `nulls.csv` and `groups.csv` have of it.
  package struct Layer: Sendable {
    package let layer, roles: Int
    package let cosine: Estimated
    package let randomNull: Double
    package let componentRatio: Estimated
    package let aboveChance: Int?
    /// found, weak, inconclusive or absent; nil without a default.
    package let verdict: String?
    package let isRecommended: Bool
    package let massiveCarries: Bool
    /// The cosine with the interval that holds for all layers at once, and so for the one that was chosen; nil where it is not known.
    package var cosineOfChoice: Estimated?
    /// The probability that another role in the default's place would look the same; nil if that was not drawn.
    package var otherRole: Double?
    /// A group of roles without which the verdict is another one, and which.
    package var changingGroup: (name: String, roles: Int, verdict: String, position: Double)?

    package init(
      layer: Int, roles: Int, cosine: Estimated, randomNull: Double, componentRatio: Estimated, aboveChance: Int?,
      verdict: String?, isRecommended: Bool, massiveCarries: Bool
    ) {
      (self.layer, self.roles, self.cosine, self.randomNull) = (layer, roles, cosine, randomNull)
      (self.componentRatio, self.aboveChance, self.verdict) = (componentRatio, aboveChance, verdict)
      (self.isRecommended, self.massiveCarries) = (isRecommended, massiveCarries)
    }
  }

  /// A role in a layer.
  package struct Role: Sendable {
    package let name, group: String
    package let position: Estimated
    package let pc1, pc2: Double
    package let rank: Int?

    package init(name: String, group: String, position: Estimated, pc1: Double, pc2: Double, rank: Int?) {
      (self.name, self.group, self.position, self.pc1, self.pc2, self.rank) = (name, group, position, pc1, pc2, rank)
    }
  }

  /// A component in a layer.
  package struct Component: Sendable {
    package let ratio, cumulative, cosine: Double
    /// The greatest share that the component of this rank has in permuted data; nil if that is not known.
    package let chance: Double?

    package init(ratio: Double, cumulative: Double, cosine: Double, chance: Double?) {
      (self.ratio, self.cumulative, self.cosine, self.chance) = (ratio, cumulative, cosine, chance)
    }
  }

  /// A trait at a target: the axis or a component.
  package struct Trait: Sendable {
    package let name, target: String
    package let cosine, q: Double

    package init(name: String, target: String, cosine: Double, q: Double) {
      (self.name, self.target, self.cosine, self.q) = (name, target, cosine, q)
    }
  }

  /// What kind of conversations are taken together.
  package struct GroupKey: Sendable, Hashable {
    package let domain, condition, persona: String

    package init(domain: String, condition: String, persona: String) {
      (self.domain, self.condition, self.persona) = (domain, condition, persona)
    }

    /// The name in figures and sentences.
    package var name: String {
      (domain.isEmpty ? "(no domain)" : domain) + (persona.isEmpty ? "" : " as \(persona)")
        + (condition.isEmpty ? "" : " under \(condition)")
    }
  }

  /// The drift and the tether of a group in a layer.
  package struct Group: Sendable {
    package let key: GroupKey
    package let conversations: Int
    package let change, start, end: Estimated
    /// The mean position of each turn.
    package var curve: [(turn: Int, mean: Estimated, conversations: Int)] = []
    package var tether: Tether?

    package init(key: GroupKey, conversations: Int, change: Estimated, start: Estimated, end: Estimated) {
      (self.key, self.conversations, self.change, self.start, self.end) = (key, conversations, change, start, end)
    }
  }

  /// What holds the conversations of a group.
  package struct Tether: Sendable {
    /// two_states, walk or neither.
    package let model: String
    package let leave, comeBack, reversion: Estimated?
    package let note: String

    package init(model: String, leave: Estimated?, comeBack: Estimated?, reversion: Estimated?, note: String) {
      (self.model, self.leave, self.comeBack, self.reversion, self.note) = (model, leave, comeBack, reversion, note)
    }
  }

  /// A persona in a layer.
  package struct Persona: Sendable {
    package let name, group, state, quadrant, note: String
    package let isIdentified: Bool
    package let departure: Estimated
    /// Nil where the design does not identify them.
    package let resistance, instability: Estimated?
    package let floor: Double

    package init(
      name: String, group: String, state: String, quadrant: String, note: String, isIdentified: Bool,
      departure: Estimated, resistance: Estimated?, instability: Estimated?, floor: Double
    ) {
      (self.name, self.group, self.state, self.quadrant, self.note) = (name, group, state, quadrant, note)
      (self.isIdentified, self.departure, self.floor) = (isIdentified, departure, floor)
      (self.resistance, self.instability) = (resistance, instability)
    }
  }

  /// A cap in a layer.
  package struct Cap: Sendable {
    package let percentile, tau, tauPosition: Double
    package let granularity: String
    package let turns: Int
    package let cappedShare: Double
    package let before, after: Double
    package let reduction, benign: Estimated
    package let defaultShare: Double?
    package let isRecommended: Bool

    package init(
      percentile: Double, tau: Double, tauPosition: Double, granularity: String, turns: Int, cappedShare: Double,
      before: Double, after: Double, reduction: Estimated, benign: Estimated, defaultShare: Double?,
      isRecommended: Bool
    ) {
      (self.percentile, self.tau, self.tauPosition, self.granularity) = (percentile, tau, tauPosition, granularity)
      (self.turns, self.cappedShare, self.before, self.after) = (turns, cappedShare, before, after)
      (self.reduction, self.benign, self.defaultShare) = (reduction, benign, defaultShare)
      self.isRecommended = isRecommended
    }
  }

  /// Where the roles of a layer lie along traits.
  package struct RolesAlongTraits: Sendable {
    /// The traits that are kept, which are those along which roles differ most.
    package var names: [String] = []
    /// How many traits there are.
    package var count = 0
    package var layers: [Int: [RoleAlongTraits]] = [:]

    package init() {}
  }

  /// A role, or the default, and its cosines with traits; NaN where there is none.
  package struct RoleAlongTraits: Sendable {
    package let role: String
    package let cosines: [Double]

    package init(role: String, cosines: [Double]) { (self.role, self.cosines) = (role, cosines) }
  }

  /// What a cap does on a half of the conversations: those that chose it, or the others.
  package struct CapHalf: Sendable {
    package let isTesting: Bool
    package let conversations, layer: Int
    package let percentile, tau, tauPosition: Double
    package let reduction, benign: Estimated
    package let defaultShare: Double?
    package let budget: Double
    package let isRecommended: Bool

    package init(
      isTesting: Bool, conversations: Int, layer: Int, percentile: Double, tau: Double, tauPosition: Double,
      reduction: Estimated, benign: Estimated, defaultShare: Double?, budget: Double, isRecommended: Bool
    ) {
      (self.isTesting, self.conversations, self.layer) = (isTesting, conversations, layer)
      (self.percentile, self.tau, self.tauPosition) = (percentile, tau, tauPosition)
      (self.reduction, self.benign, self.defaultShare) = (reduction, benign, defaultShare)
      (self.budget, self.isRecommended) = (budget, isRecommended)
    }
  }

  /// A conversation: its positions in each layer, and if the group has two states the probability of home, in per cent.
  package struct Conversation: Sendable {
    package let name: String
    package let key: GroupKey
    package let sample: String
    package var turns: [Int]
    package var positions: [Int: [Double]] = [:]
    package var home: [Int: [Double]] = [:]
    /// What was said: who, what, and of the Assistant's messages their turn.
    package var messages: [(speaker: String, text: String, turn: Int?)] = []

    package init(name: String, key: GroupKey, sample: String, turns: [Int]) {
      (self.name, self.key, self.sample, self.turns) = (name, key, sample, turns)
    }
  }

  /// An answer of a persona along its direction.
  package struct Answer: Sendable {
    package let position, home: Double

    package init(position: Double, home: Double) { (self.position, self.home) = (position, home) }
  }

  /// What the folder does not have, and the command that makes it.
  package struct Missing: Sendable {
    package let what, command: String

    package init(what: String, command: String) { (self.what, self.command) = (what, command) }
  }

  /// What was analysed: the model, or the name of the input.
  package var subject = ""
  /// The name of the default Assistant.
  package var assistant = "default"
  package var layers: [Int] = []
  /// The layer that is read at first, and why it is that one: only, given, recommended, middle.
  package var shown = 0
  package var ground = "only"
  package var scan: [Layer] = []
  /// The verdict over all layers; nil without a default.
  package var verdict: String?
  /// A group of roles without which it is another one.
  package var changingGroup: (name: String, roles: Int, verdict: String, position: Double)?
  package var roles: [Int: [Role]] = [:]
  package var components: [Int: [Component]] = [:]
  package var traits: [Int: [Trait]] = [:]
  package var groups: [Int: [Group]] = [:]
  package var personas: [Int: [Persona]] = [:]
  /// From where on a persona counts as resisted, and as unstable.
  package var resistanceCutoff = 0.5
  package var instabilityCutoff = 0.35
  package var caps: [Int: [Cap]] = [:]
  package var conversations: [Conversation] = []
  package var answers: [(persona: String, answers: [Answer])] = []
  package var comparison: [Measure] = []
  package var movements: [Movement] = []
  package var roleTraits = RolesAlongTraits()
  package var capHalves: [CapHalf] = []
  /// Why positions of turns, and caps, say little; empty if nothing is wrong.
  package var caution = ""
  package var missing: [Missing] = []
  package var provenance: [(name: String, value: String)] = []
  /// The files that were read, with their sizes and digests.
  package var inputs: [(path: String, size: String, digest: String)] = []

  package init() {}

  /// The layer of `scan` that is shown.
  var shownScan: Layer? { scan.first { $0.layer == shown } }

  /// The one of `all` that is nearest to the layer that is shown, the lower of two.
  func nearest(_ all: some Collection<Int>) -> Int {
    all.sorted().min { abs($0 - shown) < abs($1 - shown) } ?? shown
  }
}
