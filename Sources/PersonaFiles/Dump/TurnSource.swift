internal import TensorFiles

/// One conversation's activations on disk, and what it belongs to.
struct TurnSource: Sendable {
  /// The conversation's name: that of its files, or the one its regenerations share.
  let name: String
  /// The files: one of turns or tokens, or one a turn.
  let paths: [String]
  let isVectorPerFile: Bool
  let domain: String
  let condition: String
  let sample: String
  /// What the transcript says, and where it says so.
  let expected: (turns: Int, path: String, speakers: [String])?
  /// Which messages of the transcript are the user's; nil without a transcript.
  let userMessages: [Int]?
  /// The file of the means over the user's messages; nil if there is none.
  let embeddings: String?
  /// What the dump says of its layers.
  let manifest: Manifest
}
