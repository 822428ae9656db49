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

  /// A conversation under one of the two conditions.
  public struct Conversation: Sendable {
    let drift: ConversationDrift
    let domain, persona, name: String
    let isSecond: Bool

    /// Regenerations have the `name` of one conversation in common.
    public init(_ drift: ConversationDrift, domain: String, persona: String = "", name: String, isSecond: Bool) {
      (self.drift, self.domain, self.persona) = (drift, domain, persona)
      (self.name, self.isSecond) = (name, isSecond)
    }
  }

  /// Every measure in every domain of each persona of `conversations`, which are of one layer, in order of first appearance; then,
  /// where a persona has several domains, in all of them together.
  public static func all(_ conversations: [Conversation], replicates: Int, seed: UInt64) -> [DomainContrast] {
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
      let members = zip(members, clusters).map {
        ConditionContrast.Member($0.drift, cluster: $1, isSecond: $0.isSecond)
      }
      return (domain, persona, measures.map { ConditionContrast(members, $0, replicates: replicates, seed: seed) })
    }
    let rates = measures.indices.map { measure in
      falseDiscoveryRates(contrasts.map { $0.0 == nil ? .nan : $0.2[measure].probability })
    }
    return contrasts.enumerated().flatMap { place, contrast in
      contrast.2.enumerated().map { measure, own in
        DomainContrast(
          domain: contrast.0, persona: contrast.1, contrast: own, falseDiscoveryRate: rates[measure][place])
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
