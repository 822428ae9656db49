internal import Files
internal import PersonaSpace
internal import Statistics

/// Why cells of a row are empty, in words: the column `note`.
enum StabilityNotes {
  /// Of a row of `personas.csv`.
  static func note(_ persona: StabilityResult.Persona, _ reading: PersonaReading, _ result: StabilityResult) -> String {
    var notes: [String] = []
    switch reading.states {
    case .failure(let fault): notes.append(words(fault))
    case .success(let states):
      if let reason = words(states.identification) { notes.append(reason) }
      if persona.hasOneWording, states.state != .none {
        notes.append(
          "one prompt, and none of the default's to hold it against: what departs may be the wording and not the persona"
        )
      }
      if let fallback = states.fallback { notes.append(words(fallback)) }
      if states.flips.share == nil, states.identification == .identified {
        notes.append("flip and the part of runs are not told: no prompt asked a question twice")
      }
      if result.replicates > 0, persona.questions < Interval.leastClusters {
        notes.append(
          "no interval: \(counted(persona.questions, result.drawsQuestions ? "question" : "response")), \(Interval.leastClusters) needed"
        )
      }
      if let agreement = reading.agreement, agreement.isContradiction, states.identification == .identified {
        notes.append(
          "the scores say otherwise of \(rounded(100 * (1 - agreement.agreement))) % of the answers: as the default where the state is the persona's, or the reverse"
        )
      }
      if let length = reading.length, length.matters, length.adjustedDeparture.value.isNaN {
        notes.append(
          length.excess.isNaN
            ? "places go with the length of answers; the default's lengths are not known (responses/), and so not what departs at them"
            : "places go with the length of answers, hardly one of which is as \(length.excess > 0 ? "short" : "long") as the default's: the departure at that length is not told"
        )
      }
      if persona.isScored, reading.agreement == nil { notes.append("all scores are the same: they say nothing") }
    }
    if case .failure(let fault) = reading.depth { notes.append("no depth: \(words(fault))") }
    return notes.joined(separator: "; ")
  }

  private static func words(_ fault: StatesFault) -> String {
    switch fault {
    case .noDefault: "the default has no responses here to tell answers from: dump its answers to the same questions"
    case .tooFewAnswers(let count, let least): "\(counted(count, "answer")), \(least) needed"
    case .oneQuestion: "one question: directions are learned on other questions, and two are needed"
    case .constantDefault: "the default's answers to a question are all the same: its scatter, the unit, is 0"
    case .dimensions(let own, let other): "\(own) dimensions, the default has \(other)"
    case .noDirection: "the mean answer is the default's: there is no direction from one to the other"
    }
  }

  private static func words(_ identification: Identification) -> String? {
    switch identification {
    case .identified: nil
    case .likeDefault:
      "not told from the default: a persona that is never adopted and one that is the default look the same here; an outside reference (--targets) tells them apart"
    case .nearDefault(_, let clearance):
      "graded: one state, \(rounded(clearance)) standard deviations from the default's, so an answer can be either's"
    case .uncertain(let most): "one state: up to \(rounded(100 * most)) % of the answers may be the default's"
    case .twoWays(let position):
      "two states, the lower at \(rounded(position)) of the way and not at the default: two ways of being the persona, or the default's answers moved by the prompt; scores or the text tell which"
    case .grouped(let share):
      "one state clear of the default, but \(rounded(100 * share)) % of the answers are a group nearer to it: two ways of being the persona, or the default's answers moved by the prompt; scores or the text tell which"
    }
  }

  private static func words(_ fallback: DefaultAnswers.Fallback) -> String {
    switch fallback {
    case .otherQuestions(let count):
      "the default did not answer \(counted(count, "question")) of these: its mean over all its answers was taken off"
    case .answeredOnce: "the default answered a question only once: its mean over all its answers was taken off"
    }
  }

  private static func words(_ fault: PersonaDepth.Fault) -> String {
    switch fault {
    case .referenceLikeDefault: "the reference is not told from the default"
    case .ownMean: "the reference is the mean of these very answers, the model's own portrayal"
    case .oneDose: "all prompts have one dose"
    case .notTold: "the answers under the strongest prompts are not told from the default"
    case .fewAnswers: "two answers to two questions are needed"
    }
  }

  /// Of a row of `variance.csv`.
  static func note(_ readout: String, _ variance: PersonaVariance, _ result: StabilityResult) -> String {
    let (components, design) = (variance.components, result.design)
    if components.intraclassCorrelation.isNaN { return "nothing varies" }
    var notes: [String] = []
    if components.within <= 0 { notes.append("nothing varies within a persona") }
    if components.between <= 0 { notes.append("personas do not differ: the ratio is infinite") }
    if variance.shares == nil { notes.append("the design does not tell the sources apart") }
    if !design.hasRuns { notes.append("whether runs vary as much is not told: no prompt asked a question twice") }
    if result.replicates > 0, variance.interval == nil, components.within > 0 {
      notes.append("no interval: \(design.personas) personas, \(PersonaVariance.leastPersonas) needed")
    }
    if result.replicates > 0, variance.probability == nil {
      let reason =
        result.shufflesPrompts == nil
        ? "nothing to shuffle"
        : readout.hasPrefix("pc")
          ? "components are chosen to differ between personas" : "the prompts' vectors are not held"
      notes.append("no p: \(reason)")
    }
    return notes.joined(separator: "; ")
  }

  private static func rounded(_ value: Double) -> String {
    let text = "\((value * 10).rounded() / 10)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
