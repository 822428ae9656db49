internal import Dumps
public import PersonaSpace
internal import Statistics

/// What drift there is.
public struct DriftResult: Sendable {
  /// One conversation in one layer.
  public struct Conversation: Sendable {
    let key: ConversationKey
    /// The layer.
    public let layer: Int
    /// Its drift.
    public let drift: ConversationDrift
    /// Where its mean shifts; nil of fewer than three turns, or at one position.
    public let changePoint: ChangePoint?
    let track: ConversationTrack
    /// The standard error of each position; NaN where it is not known.
    let errors: [Double]
    /// The tokens of each turn; NaN where they are not known.
    let tokens: [Double]
    /// Its levels relative to its own baseline; nil where that is not known.
    public let relative: RelativeDrift?
    /// The conversation's name.
    public var name: String { key.conversation }
    /// Its domain; empty if not known.
    public var domain: String { key.domain }
    /// Its condition; empty if not known.
    public var condition: String { key.condition }
    /// The persona that the model was asked to be; empty for none.
    public var persona: String { key.persona }
  }

  /// The conversations of a domain, or of all, under a condition and with a persona in one layer.
  public struct Group: Sendable {
    /// The domain; empty if not known, nil for all domains together.
    public let domain: String?
    /// The condition; empty if not known.
    public let condition: String
    /// The persona that the model was asked to be; empty for none.
    public let persona: String
    /// The layer.
    public let layer: Int
    /// The mean drift.
    public let drift: GroupDrift
    /// The mean position turn by turn; empty for all domains together.
    public let curve: [DriftCurvePoint]
    /// The tether; nil for users, who have none.
    public let tether: GroupTether?
    /// Whether a persona's domains lie at one level, where they are fitted as one; else nil.
    let levels: DomainLevels?
    /// How far regenerations lie apart; nil if there are none.
    public let superposition: Superposition?
    /// The levels relative to conversations' own baselines; nil unless each has one.
    public let relative: RelativeGroup?
    /// How position goes with the length of answers; nil where that is not known.
    public let length: AnswerLength?

    /// The mean start, end, change and share of turns below the threshold.
    public var start: Double { drift.start.value }
    /// The mean end.
    public var end: Double { drift.end.value }
    /// The mean change.
    public var change: Double { drift.change.value }
    /// The mean share of turns below the threshold.
    public var belowThreshold: Double { drift.belowThreshold.value }
    /// The number of conversations.
    public var conversations: Int { drift.conversations }
    /// How tables name the domain.
    public var domainName: String { domain ?? Self.everyDomain }

    /// How tables name all domains together.
    public static let everyDomain = "(all)"
  }

  /// Two conditions compared in a domain, or in all, in one layer.
  public struct Contrast: Sendable {
    /// The domain; nil for all together.
    public let domain: String?
    /// The persona that the model was asked to be; empty for none.
    public let persona: String
    /// The layer.
    public let layer: Int
    /// What is compared, and how it comes out.
    public let contrast: ConditionContrast
    /// The least false discovery rate over the domains and personas of this measure and layer at which the difference would be
    /// called; NaN for all domains together.
    public let falseDiscoveryRate: Double
    /// The turns that are compared, if the conditions differ in their number.
    public let cut: DomainContrast.CutTurns?
  }

  /// Every conversation in every layer.
  public let conversations: [Conversation]
  /// Every domain under every condition with every persona in every layer, in order of first appearance; then, where these have
  /// several domains, all of them together.
  public let groups: [Group]
  /// The users' turns in the same way; empty where they are not known.
  let userConversations: [Conversation]
  let userGroups: [Group]
  /// The conditions compared, if that was asked for.
  public let comparison: [String]
  /// What came of it.
  public let contrasts: [Contrast]
  /// The threshold in force, in axis position.
  public let threshold: Double
  /// Whether there was a bootstrap.
  public let isResampled: Bool

  /// The layers, ascending.
  public var layers: [Int] { Set(conversations.map(\.layer)).sorted() }

  /// The layer to show where one is wanted: the middle one.
  public var middle: Int { layers[layers.count / 2] }

  /// Whether levels may be compared between the domains of `layer`: there is one, or each conversation has its own baseline. Topics
  /// lie at different places before anything has drifted.
  public func comparesLevels(layer: Int) -> Bool {
    let own = groups(layer: layer)
    return Set(own.map(\.domain)).count < 2 || own.allSatisfy { $0.relative != nil }
  }

  /// The means by domain, condition and persona in `layer`, in order of first appearance, without those of all domains together.
  public func groups(layer: Int) -> [Group] { groups.filter { $0.layer == layer && $0.domain != nil } }

  /// Those, and those of all domains together.
  public func allGroups(layer: Int) -> [Group] { groups.filter { $0.layer == layer } }

  /// Those of the users' turns.
  public func userGroups(layer: Int) -> [Group] { userGroups.filter { $0.layer == layer && $0.domain != nil } }

  /// Whether the conditions compared have different shares of their conversations in the domains, by more than a hundredth: all
  /// domains together then differ for that alone.
  public func differInDomains(layer: Int) -> Bool {
    let own = conversations.filter { $0.layer == layer && comparison.contains($0.condition) }
    return Dictionary(grouping: own, by: \.persona).values.contains { conversations in
      let shares = comparison.map { condition in
        let domains = conversations.filter { $0.condition == condition }.map(\.domain)
        return Dictionary(domains.map { ($0, 1 / Double(domains.count)) }, uniquingKeysWith: +)
      }
      guard shares.count == 2 else { return false }
      return Set(shares[0].keys).union(shares[1].keys).contains {
        abs((shares[0][$0] ?? 0) - (shares[1][$0] ?? 0)) > 0.01
      }
    }
  }
}
