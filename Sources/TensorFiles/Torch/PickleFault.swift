internal import Files

/// Why a pickle is refused.
enum PickleFault: FileFault, Equatable {
  case truncated(offset: Int)
  case opcode(UInt8, offset: Int)
  case global(module: String, name: String)
  case call(String)
  case state(of: String)
  case stackUnderflow(offset: Int)
  case memo(index: Int, offset: Int)
  case limit(String, Int)
  case text(offset: Int)
  case record(String)
  /// The file around the pickle is not as its writer makes it.
  case file(String)

  var explanation: String {
    switch self {
    case .truncated(let offset): "the pickle ends at byte \(offset) before its STOP"
    case .opcode(let code, let offset):
      "refuses pickle opcode 0x\(hexadecimal([code])) at byte \(offset): not needed to describe tensors"
    case .global(let module, let name):
      """
      refuses to call \(module).\(name): not on the list of what a tensor file needs; if you trust the file, open it \
      in Python and save its tensors alone
      """
    case .call(let what): "refuses the pickle: \(what)"
    case .state(let type): "refuses to set the state of \(type)"
    case .stackUnderflow(let offset): "the pickle takes from an empty stack at byte \(offset)"
    case .memo(let index, let offset): "the pickle uses memo \(index) at byte \(offset), which was never set"
    case .limit(let what, let limit): "refuses the pickle: over \(limit) \(what)"
    case .text(let offset): "the text at byte \(offset) of the pickle is not UTF-8"
    case .record(let what): "the archive and its pickle disagree: \(what)"
    case .file(let what): what
    }
  }
}
