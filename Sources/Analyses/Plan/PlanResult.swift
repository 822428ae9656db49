public import PersonaSpace
public import Statistics

/// What a study takes, by a pilot.
public struct PlanResult: Sendable {
  /// What a row is of.
  public enum Subject: String, Sendable {
    /// The change of conversations from the first to the last turn.
    case change
    /// The difference of that between two conditions, or two domains.
    case difference
    /// The position of one role.
    case role
    /// The position of a role, with the mean variance over roles.
    case typicalRole = "typical_role"
    /// The difference between the positions of two roles.
    case roles
    /// cos(axis, PC1).
    case cosine = "cos_axis_pc1"

    /// What there must be more of.
    public var unit: String {
      switch self {
      case .change, .difference: "conversations"
      case .role, .typicalRole, .roles: "questions"
      case .cosine: "roles"
      }
    }
  }

  /// Which conversations, or which role.
  public struct Name: Sendable, Hashable {
    /// Empty where there is none.
    public let domain, condition, persona: String
  }

  /// One number for one goal.
  public struct Row: Sendable {
    /// What it is of.
    public let subject: Subject
    /// Which conversations or role; empty for any.
    public let name: Name
    /// Those that it is a difference from; nil of no difference between conversations.
    public let other: Name?
    /// Whether the same conversations are compared.
    public let isPaired: Bool
    /// The units of the pilot; of a difference of groups, of the smaller.
    public let pilot: Int
    /// How often each unit is measured in the study.
    public let samples: Int?
    /// The standard deviation of one unit, and its parts.
    public let deviation, between, within, prompts: Estimate?
    /// What is to be shown.
    public let goal: PlanGoal
    /// What it takes; nil where it cannot be planned.
    public let number: PlannedNumber?
    /// Why there is no number, or what to know of it; empty for nothing.
    public let note: String
  }

  /// The layer.
  public let layer: Int
  /// Whether that is the middle one of several.
  public let isMiddle: Bool
  /// What the study is to show.
  public let goals: [PlanGoal]
  /// All rows, the conversations' first.
  public let rows: [Row]
  /// What a user should know of all.
  public let notes: [String]
}
