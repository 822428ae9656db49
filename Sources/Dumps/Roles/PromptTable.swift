internal import Files

/// The optional `prompts.csv` of a dump folder: how strongly a prompt asks for the role.
package struct PromptTable: Sendable, Equatable {
  private let doses: [String: [Int: Double]]

  /// Reads the table in `folder`; an empty one if there is none.
  ///
  /// - Throws: `FileError` for a prompt that is no number, a dose that is none or is below 0, and two doses of one prompt.
  package init(inFolder folder: String) throws {
    let path = "\(folder)/prompts.csv"
    guard fileKind(path) != .missing else {
      doses = [:]
      return
    }
    var reader = try CSVReader(path: path)
    let (role, prompt, dose) = (try reader.column("role"), try reader.column("prompt"), try reader.column("dose"))
    var doses: [String: [Int: Double]] = [:]
    while try reader.next() {
      let (name, text) = (reader.text(role), reader.text(prompt))
      guard let number = Int(text.hasPrefix("p") ? String(text.dropFirst()) : text), number >= 0 else {
        throw reader.error(PromptTableFault.prompt(text))
      }
      guard let value = try reader.number(dose) else { continue }
      guard value.isFinite, value >= 0 else { throw reader.error(PromptTableFault.dose(value)) }
      if let other = doses[name, default: [:]].updateValue(value, forKey: number), other != value {
        throw reader.error(PromptTableFault.repeated(name, number))
      }
    }
    self.doses = doses
  }

  /// The dose of each prompt of `role`, by its number in the keys; empty where the table does not know the role.
  package subscript(role: String) -> [Int: Double] { doses[role] ?? [:] }

  /// The roles it names.
  package var names: Set<String> { Set(doses.keys) }
}

/// Why a table of prompts is refused.
package enum PromptTableFault: FileFault, Equatable {
  case prompt(String)
  case dose(Double)
  case repeated(String, Int)

  package var explanation: String {
    switch self {
    case .prompt(let text):
      "the prompt '\(text)' is no number: the number N of the keys <label>_pN_q0 is wanted"
    case .dose(let value):
      "the dose \(value): a number of at least 0 is wanted, such as 0.5 for half of the full one"
    case .repeated(let role, let prompt):
      "prompt \(prompt) of the role '\(role)' is there twice, with another dose; keep one of the lines"
    }
  }
}
