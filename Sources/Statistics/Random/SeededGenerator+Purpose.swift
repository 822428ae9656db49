extension SeededGenerator {
  /// What random numbers are drawn for. Sequences of one seed for different purposes are independent; two purposes of one raw
  /// value draw the same sequence.
  ///
  /// Raw values are part of what a seed means: another value gives other results of the same seed. Most are four letters.
  public struct Purpose: RawRepresentable, Hashable, Sendable {
    /// What is mixed into the seed.
    public let rawValue: UInt64

    /// The purpose of `rawValue`.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// No purpose in particular.
    public static let unnamed = Purpose(rawValue: 0)
  }
}

/// Bootstrap samples.
extension SeededGenerator.Purpose {
  /// Of roles.
  public static let roles = Self(rawValue: 0x726F_6C65)
  /// Of whole groups of roles.
  public static let groups = Self(rawValue: 0x6772_6F75)
  /// Of the questions or responses behind the default Assistant.
  public static let assistant = Self(rawValue: 0x6173_7369)
  /// Of conversations, with all their regenerations.
  public static let conversations = Self(rawValue: 0x636F_6E76)
  /// Of conversations that are there under the first of two conditions only.
  public static let firstCondition = Self(rawValue: 0x636F_6E31)
  /// Of conversations that are there under the second of two conditions only.
  public static let secondCondition = Self(rawValue: 0x636F_6E32)
  /// Of the questions that roles and the default answered.
  public static let questions = Self(rawValue: 0x7175_6573)
  /// Of responses to a persona's prompts.
  public static let responses = Self(rawValue: 0x7265_7370)
  /// Bootstrap samples of the questions of a reference.
  public static let referenceResponses = Self(rawValue: 0x7265_6672)
}

/// Permutations and divisions.
extension SeededGenerator.Purpose {
  // The next three have one value, by accident and from the first: the first sequences of each are the same under one seed. They
  // permute different things, and no result rests on two of them, so that the value stays and with it what a seed gives.

  /// Conditions exchanged within conversations.
  public static let exchangedConditions = Self(rawValue: 0x7065_726D)
  /// Blocks of responses dealt out anew among personas.
  public static let shuffledBlocks = Self(rawValue: 0x7065_726D)
  /// Roles of one space paired with roles of another at random.
  public static let pairedRoles = Self(rawValue: 0x7065_726D)

  /// Domains dealt out anew among conversations.
  public static let shuffledDomains = Self(rawValue: 0x646F_6D61)
  /// Turns of a conversation in random order.
  public static let changePoint = Self(rawValue: 0x6368_616E)
  /// Levels dealt out anew among positions.
  public static let levels = Self(rawValue: 0x6C65_7665)
  /// The roles of each dimension permuted, for parallel analysis.
  public static let parallelAnalysis = Self(rawValue: 0x7061_7261)
  /// The coordinates of the axis shuffled.
  public static let shuffledAxis = Self(rawValue: 0x7368_7566)
  /// Groups dealt out to folds.
  public static let folds = Self(rawValue: 0x666F_6C64)
  /// Roles, or groups of them, divided into halves.
  public static let roleHalves = Self(rawValue: 0x726F_6C68)
  /// Groups that are left out in turn where there are too many for all.
  public static let leftOutGroups = Self(rawValue: 0x6C65_6674)
  /// Pairs of questions divided between halves of the responses.
  public static let questionHalves = Self(rawValue: 0x6861_6C76)
  /// Answers of the default divided into halves.
  public static let defaultHalves = Self(rawValue: 0x6861_6C66)
  /// Conversations divided between the half that chooses a cap and the half that tests it.
  public static let capHalves = Self(rawValue: 0x6361_7068)
  /// Pairs of prompts divided between halves of the responses.
  public static let promptHalves = Self(rawValue: 0x6861_6C77)
  /// Where the search for a leading direction starts.
  public static let eigenvectorStart = Self(rawValue: 0x7374_6172)
}

/// What is planted in synthetic data.
extension SeededGenerator.Purpose {
  /// The positions of roles and their further coordinates.
  public static let syntheticRoles = Self(rawValue: 1)
  /// The directions of a layer.
  public static let syntheticLayers = Self(rawValue: 2)
  /// What role vectors have beside them.
  public static let syntheticRoleNoise = Self(rawValue: 3)
  /// The positions of a conversation, the first of its regenerations.
  public static let syntheticConversations = Self(rawValue: 4)
  /// The activations of a conversation.
  public static let syntheticActivations = Self(rawValue: 5)
  /// The effects of questions.
  public static let syntheticQuestions = Self(rawValue: 6)
  /// The effects of prompts.
  public static let syntheticPrompts = Self(rawValue: 7)
  /// The responses of a role.
  public static let syntheticResponses = Self(rawValue: 8)
  /// The effects of the responses of the default.
  public static let syntheticAssistantResponses = Self(rawValue: 10)
  /// Of the default's prompts.
  public static let syntheticAssistantPrompts = Self(rawValue: 12)

  /// The positions of regeneration `number` of a conversation, 1 for the second.
  public static func syntheticRegeneration(_ number: Int) -> Self { Self(rawValue: 0x7361_6D70 + UInt64(number)) }
  /// The activations of responses in a layer.
  public static func syntheticResponseNoise(layer: Int) -> Self { Self(rawValue: 9 + UInt64(layer) << 8) }
  /// The activations of the responses of the default in a layer.
  public static func syntheticAssistantNoise(layer: Int) -> Self { Self(rawValue: 11 + UInt64(layer) << 8) }
}
