internal import Dumps
internal import Files

/// What of `prompts.csv` fits no response, and which prompts it leaves out.
enum PromptNotes {
  /// The notes of `table` for the responses `personas` and those of the default.
  static func notes(_ table: PromptTable, _ personas: [FoundAnswers], assistant: String) -> [String] {
    let names = personas.map(\.source.role)
    let strangers = table.names.subtracting(names + [assistant]).sorted()
    var notes: [String] = []
    if !strangers.isEmpty {
      notes.append(
        "prompts.csv names roles without responses, whose doses are not used: \(listed(strangers))"
          + misspelling(among: strangers, of: names))
    }
    for persona in personas {
      let doses = table[persona.source.role]
      guard !doses.isEmpty else { continue }
      guard let keys = persona.keys else {
        notes.append(
          "prompts.csv has doses for '\(persona.source.role)', which are not used: its keys are not <label>_p<prompt>_q<question>"
        )
        continue
      }
      let asked = Set(keys.map(\.prompt))
      let unasked = Set(doses.keys).subtracting(asked).sorted()
      if !unasked.isEmpty {
        notes.append(
          "prompts.csv has doses for prompts of '\(persona.source.role)' that no response has: \(numbers(unasked)); its responses have \(numbers(asked.sorted()))"
        )
      }
      let undosed = asked.subtracting(doses.keys).sorted()
      if !undosed.isEmpty {
        notes.append(
          "prompts.csv has no dose for prompts of '\(persona.source.role)': \(numbers(undosed)); they count as the strongest"
        )
      }
    }
    return notes
  }

  private static func numbers(_ prompts: [Int]) -> String {
    prompts.prefix(8).map { "p\($0)" }.joined(separator: ", ")
      + (prompts.count > 8 ? " and \(prompts.count - 8) more" : "")
  }
}
