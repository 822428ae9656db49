public import PersonaSpace
public import Statistics

/// What the tether of a group of conversations came to.
public enum GroupTether: Sendable {
  /// Models were fitted; `isRead` says whether the reading error is known from tokens.
  case fitted(ConversationTether, isRead: Bool)
  /// Nothing was fitted, and why.
  case unfit(TetherReason)
  /// The persona is no role of the space.
  case strangePersona
  /// Conversations of several domains that are not fitted as one; the levels are those of a persona's.
  case severalDomains(DomainLevels?)

  /// What was fitted; nil if nothing was.
  public var fit: ConversationTether? { if case .fitted(let fit, _) = self { fit } else { nil } }

  /// The model that is named.
  public var model: TetherChoice.Model { fit?.model ?? .neither }

  /// The two states, if they are named.
  public var states: TwoStateChainFit? { model == .twoStates ? fit?.chain : nil }

  /// The walk, if it is named.
  public var walk: WalkFit? { model == .walk ? fit?.walk : nil }

  /// By how much the model that predicts held-out conversations better does so, in nats a turn; nil if nothing was fitted.
  public var advantage: Estimate? { fit?.choice.advantage }
}

extension TetherChoice.Model {
  /// How tables name it.
  public var name: String {
    switch self {
    case .twoStates: "two_states"
    case .walk: "walk"
    case .neither: "neither"
    }
  }

  /// How texts name it.
  public var words: String {
    switch self {
    case .twoStates: "two states"
    case .walk: "a walk"
    case .neither: "neither"
    }
  }
}

extension DriftResult.Group {
  /// What a reader of the tether must know, in words; nil if nothing.
  public var tetherNote: String? {
    let advantage: [String] =
      if let fit = tether?.fit, fit.model == .neither { ["the advantage is that of \(fit.choice.better.words)"] } else {
        []
      }
    let parts = tetherReasons + advantage
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  /// Why no model is named, what of its numbers is missing, and what they rest on, in words.
  public var tetherReasons: [String] {
    switch tether {
    case nil: return []
    case .unfit(let reason): return [reason.explanation]
    case .strangePersona:
      return ["the persona is no role of the space: name it as there, or fit a space that has it"]
    case .severalDomains(nil):
      return ["domains may rest at different points and are not fitted as one; each has its own row"]
    case .severalDomains(let levels?):
      return [
        levels.probability.isNaN
          ? "too few conversations tell whether the domains rest at one point; they are not fitted as one"
          : "domains lie at different levels (p = \(rounded(levels.probability))) and are not fitted as one; each has its own row"
      ]
    case .fitted(let fit, let isRead):
      let reading =
        isRead
        ? "the reading error is known from the turns' tokens"
        : "the turns are consistent with a reading error, which is estimated with the walk"
      return fit.reasons.map(\.explanation) + (fit.model == .walk ? [reading] : [])
        + (levels.map { ["no difference of level between domains is shown (p = \(rounded($0.probability)))"] } ?? [])
    }
  }

  private func rounded(_ probability: Double) -> String { "\((probability * 1000).rounded() / 1000)" }
}
