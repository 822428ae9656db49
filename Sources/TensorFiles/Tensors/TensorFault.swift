public import Files

/// A request that a tensor file cannot fulfil.
public enum TensorFault: FileFault, Equatable {
  /// The content is of no format that is read here.
  case unknownFormat(start: [UInt8])
  /// The content is of a format that other programs keep activations in: what it is, and what makes tensors of it.
  case foreign(String)
  /// No tensor has the wanted name.
  case noSuchTensor(name: String, present: [String])

  /// Whether the file is of a format of other programs that is known.
  package var isForeign: Bool { if case .foreign = self { true } else { false } }

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .unknownFormat(let start):
      start.isEmpty
        ? "the file is empty" : "not a \(TensorFormat.endings()) file (it starts with bytes \(hexadecimal(start)))"
    case .foreign(let words): words
    case .noSuchTensor(let name, let present):
      "no tensor '\(name)' here; there is \(listed(present))"
    }
  }
}
