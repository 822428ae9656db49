internal import Statistics

/// Two conditions compared in one domain, or in all of one layer together.
public struct DomainContrast: Sendable {
  /// The domain; nil for all together.
  public let domain: String?
  /// What is compared, and how it comes out.
  public let contrast: ConditionContrast
  /// The least false discovery rate over the domains of this measure at which the difference would be called (Benjamini and
  /// Hochberg); NaN for all domains together, which are no test of their own.
  public let falseDiscoveryRate: Double

  /// A conversation under one of the two conditions.
  public struct Conversation: Sendable {
    let drift: ConversationDrift
    let domain, name: String
    let isSecond: Bool

    /// Regenerations have the `name` of one conversation in common.
    public init(_ drift: ConversationDrift, domain: String, name: String, isSecond: Bool) {
      (self.drift, self.domain, self.name, self.isSecond) = (drift, domain, name, isSecond)
    }
  }

  /// Every measure in every domain of `conversations`, which are of one layer, in order of first appearance; then, where there
  /// are several domains, in all of them together.
  public static func all(_ conversations: [Conversation], replicates: Int, seed: UInt64) -> [DomainContrast] {
    let domains = conversations.map(\.domain).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let byDomain = Dictionary(grouping: conversations, by: \.domain)
    var compared = domains.map { (domain: $0 as String?, members: byDomain[$0] ?? []) }
    if domains.count > 1 { compared.append((nil, conversations)) }
    let measures = ConditionContrast.Measure.allCases
    let contrasts = compared.map { domain, members in
      let clusters = ConversationGroup.clusters(of: members.map { [$0.domain, $0.name] }).clusters
      let members = zip(members, clusters).map {
        ConditionContrast.Member($0.drift, cluster: $1, isSecond: $0.isSecond)
      }
      return (domain, measures.map { ConditionContrast(members, $0, replicates: replicates, seed: seed) })
    }
    let rates = measures.indices.map { measure in
      falseDiscoveryRates(contrasts.map { $0.0 == nil ? .nan : $0.1[measure].probability })
    }
    return contrasts.enumerated().flatMap { place, contrast in
      contrast.1.enumerated().map { measure, own in
        DomainContrast(domain: contrast.0, contrast: own, falseDiscoveryRate: rates[measure][place])
      }
    }
  }
}
