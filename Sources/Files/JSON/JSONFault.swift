/// Why a text is not the JSON that is wanted.
package enum JSONFault: FileFault, Equatable {
  case unexpected(offset: Int, wanted: String)
  case text(offset: Int)
  case duplicateKey(String)
  case misplaced(String, wanted: String)
  case openText
  case ends

  package var explanation: String {
    switch self {
    case .unexpected(let offset, let wanted): "\(wanted) is wanted at byte \(offset) of the JSON"
    case .text(let offset): "the text at byte \(offset) of the JSON is broken or not UTF-8"
    case .duplicateKey(let key): "two entries are named '\(key)'"
    case .misplaced(let found, let wanted): "\(wanted) is wanted here; '\(found)' is found"
    case .openText: "the text that begins here has no closing quote"
    case .ends: "the JSON ends before it is complete"
    }
  }
}
