public import Files

/// A request that a tensor file cannot fulfil.
public enum TensorFault: FileFault, Equatable {
  /// The content is of no format that is read here.
  case unknownFormat(start: [UInt8])
  /// No tensor has the wanted name.
  case noSuchTensor(name: String, present: [String])

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .unknownFormat(let start):
      if start.isEmpty {
        "the file is empty"
      } else if start.starts(with: "version ".utf8) {
        "a Git LFS pointer, not the file itself; fetch that with `git lfs pull`"
      } else if start.first == UInt8(ascii: "<") {
        "a web page or XML, not tensors; the download went wrong"
      } else {
        "not a \(TensorFormat.endings()) file (it starts with bytes \(hexadecimal(start)))"
      }
    case .noSuchTensor(let name, let present):
      "no tensor '\(name)' here; there is \(listed(present))"
    }
  }
}
