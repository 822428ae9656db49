internal import Dumps
public import Files

/// Why nothing can be predicted.
public enum PredictionFault: FileFault, Equatable {
  /// Embeddings of conversations that the table of turns lacks.
  case unknownConversations([String], embeddings: Int, turns: Int)
  /// Several conversations of the table could be meant.
  case ambiguous(String, Int)
  /// There are more or fewer embeddings than messages.
  case messageCount(embeddings: Int, messages: Int, transcript: String)
  /// There are more or fewer embeddings than turns.
  case turnCount(embeddings: Int, turns: Int)
  /// There are more or fewer places than embeddings.
  case placeCount(places: Int, embeddings: Int)
  /// A place is not that of a user's message.
  case notAUser(Int, transcript: String)
  /// The transcript has another number of the Assistant's turns than the table.
  case transcriptTurns(turn: Int, transcript: Int, path: String)
  /// Too few conversations with two turns that follow one another.
  case tooFew(conversations: Int, needed: Int)
  /// Every position is the same.
  case constant

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .unknownConversations(let names, let embeddings, let turns):
      """
      embeddings of \(counted(names.count, "conversation")) that the table of turns does not have: \(listed(names, most: 4)) \
      (embeddings of \(counted(embeddings, "conversation")), turns of \(turns)); give the table that is of the same \
      conversations, or name the transcripts that tell of samples with --transcripts
      """
    case .ambiguous(let name, let count):
      "'\(name)' could be any of \(count) conversations of the table of turns; name the folder of transcripts with --transcripts"
    case .messageCount(let embeddings, let messages, let transcript):
      "\(counted(embeddings, "embedding")), but \(transcript) has \(counted(messages, "message")) of the user; embed it again"
    case .turnCount(let embeddings, let turns):
      """
      \(counted(embeddings, "embedding")) of the user's messages, but \(counted(turns, "turn")) of the Assistant; without a \
      transcript there must be one before each turn: name the transcripts with --transcripts
      """
    case .placeCount(let places, let embeddings):
      "'messages' has \(counted(places, "place")) for \(counted(embeddings, "embedding"))"
    case .notAUser(let place, let transcript): "message \(place) of \(transcript) is not the user's"
    case .transcriptTurns(let turn, let transcript, let path):
      "the table has a turn \(turn) (they count from 0), but \(path) has \(counted(transcript, "turn")) of the Assistant"
    case .tooFew(let conversations, let needed):
      """
      \(counted(conversations, "conversation")) with embeddings and two turns that follow one another; at least \(needed) are \
      needed, as each is predicted from others
      """
    case .constant: "every axis_position is the same: there is nothing to predict"
    }
  }
}
