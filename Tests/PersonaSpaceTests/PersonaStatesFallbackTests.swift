import LinearAlgebra
import PersonaSpace
import Testing

/// What cannot be told has a reason, never a number that means something else.
@Suite struct PersonaStatesFallbackTests {
  private let sample = PlantedStates(refused: 0.3).sample(seed: 9)

  private func states(_ persona: PersonaResponses, from assistant: PersonaResponses) throws -> PersonaStates {
    try PersonaStates(of: persona, from: DefaultAnswers(assistant), halves: nil, axisLength: 1, samples: 60, seed: 0)
  }

  private func part(of responses: PersonaResponses, _ isIncluded: (Int) -> Bool) -> PersonaResponses {
    let chosen = responses.questions.indices.filter(isIncluded)
    return PersonaResponses(
      responses.activations.selectingRows(chosen), questions: chosen.map { responses.questions[$0] },
      prompts: responses.prompts.map { own in chosen.map { own[$0] } })
  }

  @Test func fewAnswers() {
    let few = part(of: sample.persona) { $0 < 11 }
    #expect(throws: StatesFault.tooFewAnswers(11, least: 12)) { try states(few, from: sample.assistant) }
  }

  @Test func oneQuestion() {
    let one = PersonaResponses(sample.persona.activations, questions: sample.persona.questions.map { _ in 0 })
    #expect(throws: StatesFault.oneQuestion) { try states(one, from: sample.assistant) }
  }

  @Test func aConstantDefault() {
    let row = Array(sample.assistant.activations.row(0))
    let constant = PersonaResponses(
      Matrix(sample.assistant.questions.map { _ in row }, columns: row.count), questions: sample.assistant.questions)
    #expect(throws: StatesFault.constantDefault) { try states(sample.persona, from: constant) }
  }

  @Test func otherDimensions() {
    let narrow = PersonaResponses(
      sample.assistant.activations.selectingColumns(Array(0..<8)), questions: sample.assistant.questions)
    #expect(throws: StatesFault.dimensions(persona: 64, assistant: 8)) { try states(sample.persona, from: narrow) }
  }

  @Test func aDefaultThatWasAskedOtherQuestionsStandsWithItsMean() throws {
    let other = PersonaResponses(
      sample.assistant.activations, questions: sample.assistant.questions.map { $0 + 4 },
      prompts: sample.assistant.prompts)
    let found = try states(sample.persona, from: other)
    #expect(found.fallback == .otherQuestions(4) && found.floor > 0)
    // Effects of questions are then in the floor and in the places.
    #expect(found.floor > (try states(sample.persona, from: sample.assistant)).floor)
    let once = part(of: sample.assistant) { $0 < 12 }
    #expect(try states(sample.persona, from: once).fallback == .answeredOnce)
    #expect(try states(sample.persona, from: sample.assistant).fallback == nil)
  }

  @Test func onePromptAndNoRuns() throws {
    let one = part(of: PlantedStates(questions: 60, prompts: 1, refused: 0.3).sample(seed: 2).persona) { _ in true }
    let assistant = PlantedStates(questions: 60, prompts: 3, refused: 0.3).sample(seed: 2).assistant
    let parts = try #require(try states(one, from: assistant).instability.parts)
    #expect(parts.prompt == .failure(StateSpread.Missing(reason: .onePrompt)))
    #expect(parts.run == .failure(StateSpread.Missing(reason: .oneRun)))
    #expect(try states(sample.persona, from: sample.assistant).flips.share == nil)
  }

  @Test func scoresThatAreAllTheSameAgreeWithNothing() {
    let (places, home) = ([0.0, 0.1, 0.9, 1.0], [1.0, 0.9, 0.2, 0.0])
    #expect(ScoreAgreement(places: places, home: home, scores: [2, 2, nil, 2]) == nil)
    #expect(ScoreAgreement(places: places, home: home, scores: [nil, nil, nil, nil]) == nil)
    let found = ScoreAgreement(places: places, home: home, scores: [0, 1, 1, 3])
    #expect(found?.count == 4 && found?.agreement == 0.75)
    // Ranks 1 2 3 4 and 1 2.5 2.5 4: 4.5 / √(5 · 4.5).
    #expect(abs((found?.rankCorrelation ?? 0) - 0.9486832980505138) < 1e-14)
  }
}
