internal import Statistics

/// Two conditions compared in one domain, or in all of one layer together.
public struct DomainContrast: Sendable {
  /// The domain; nil for all together.
  public let domain: String?
  /// The persona that the model was asked to be; empty for none. Personas are not put together with one another.
  public let persona: String
  /// What is compared, and how it comes out.
  public let contrast: ConditionContrast
  /// The least false discovery rate over the domains and personas of this measure at which the difference would be called (Benjamini and
  /// Hochberg); NaN for all domains together, which are no test of their own.
  public let falseDiscoveryRate: Double

  /// The turns that are compared, if the conditions differ in their number.
  public let cut: CutTurns?

  /// The numbers of turns of conversations that were cut to as many turns as both conditions have.
  public struct CutTurns: Sendable, Equatable {
    /// The mean under the first and the second condition, before.
    public let first, second: Double
    /// The turns that are compared of each conversation; nil where each pair has its own number, that of the shorter.
    public let common: Int?
  }

  /// A conversation under one of the two conditions.
  public struct Conversation: Sendable {
    let track: ConversationTrack
    let domain, persona, name: String
    let isSecond: Bool

    /// Regenerations have the `name` of one conversation in common.
    public init(_ track: ConversationTrack, domain: String, persona: String = "", name: String, isSecond: Bool) {
      (self.track, self.domain, self.persona) = (track, domain, persona)
      (self.name, self.isSecond) = (name, isSecond)
    }
  }

  /// Every measure in every domain of each persona of `conversations`, which are of one layer, in order of first appearance; then,
  /// where a persona has several domains, in all of them together. `threshold` is that of `ConversationDrift`.
  public static func all(
    _ conversations: [Conversation], threshold: Double = 0.5, replicates: Int, seed: UInt64
  ) -> [DomainContrast] {
    let compared = conversations.map(\.persona).inOrderOfAppearance.flatMap { persona in
      let own = conversations.filter { $0.persona == persona }
      let domains = own.map(\.domain).inOrderOfAppearance
      let byDomain = Dictionary(grouping: own, by: \.domain)
      return domains.map { (domain: $0 as String?, persona: persona, members: byDomain[$0] ?? []) }
        + (domains.count > 1 ? [(nil, persona, own)] : [])
    }
    let measures = ConditionContrast.Measure.allCases
    let contrasts = compared.map { domain, persona, members in
      let clusters = ConversationGroup.clusters(of: members.map { [$0.domain, $0.name] }).clusters
      let matched = MatchedTurns(
        members.map(\.track), clusters: clusters, isSecond: members.map(\.isSecond), seed: seed)
      let compared = members.indices.compactMap { place in
        matched.tracks[place].map {
          ConditionContrast.Member(
            ConversationDrift($0, threshold: threshold), cluster: clusters[place], isSecond: members[place].isSecond)
        }
      }
      let found = measures.map { ConditionContrast(compared, $0, replicates: replicates, seed: seed) }
      return (domain: domain, persona: persona, found: found, cut: matched.cut)
    }
    let rates = measures.indices.map { measure in
      falseDiscoveryRates(contrasts.map { $0.domain == nil ? .nan : $0.found[measure].probability })
    }
    return contrasts.enumerated().flatMap { place, contrast in
      contrast.found.enumerated().map { measure, own in
        DomainContrast(
          domain: contrast.domain, persona: contrast.persona, contrast: own, falseDiscoveryRate: rates[measure][place],
          cut: contrast.cut)
      }
    }
  }
}

extension [String] {
  /// Each once.
  fileprivate var inOrderOfAppearance: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
