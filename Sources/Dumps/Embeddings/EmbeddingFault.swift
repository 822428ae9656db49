public import Files

/// Why a folder or file does not hold embeddings of the user's messages.
public enum EmbeddingFault: FileFault, Equatable {
  /// There are no embeddings.
  case none(found: [String])
  /// A place of a message is no whole number.
  case place(Double)

  /// The kind of trouble.
  public var category: FaultCategory {
    if case .none = self { return .notFound }
    return .data
  }

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .none(let found):
      "no embeddings here: <conversation>.safetensors (or .pt, .npy, .npz) are wanted; found \(listed(found))"
    case .place(let value): "'messages' has \(value), which is no place in a transcript"
    }
  }
}
