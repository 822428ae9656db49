/// One conversation's activations on disk, and what it belongs to.
package struct TurnSource: Sendable {
  /// The conversation's name: that of its files, or the one its regenerations share.
  package var name: String
  /// The files: one of turns or tokens, or one a turn.
  package let paths: [String]
  package let isVectorPerFile: Bool
  package let domain: String
  package let condition: String
  /// The persona that the model was asked to be; empty where it was asked for none.
  package let persona: String
  /// Whether the space has a role of the persona's name; so too without a persona.
  package let isPersonaKnown: Bool
  /// Whether the transcript's persona was taken for the user's.
  package let isUserDescribed: Bool
  package let sample: String
  /// What the transcript says, and where it says so.
  package let expected: (turns: Int, path: String, speakers: [String])?
  /// Which messages of the transcript are the user's; nil without a transcript.
  package let userMessages: [Int]?
  /// The file of the means over the user's messages; nil if there is none.
  package let embeddings: String?
  /// What the dump says of its layers.
  package let manifest: Manifest
}
