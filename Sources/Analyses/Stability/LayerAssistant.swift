internal import LinearAlgebra
internal import PersonaSpace

/// The default in one layer: what the personas' answers are held against.
struct LayerAssistant: Sendable {
  let answers: DefaultAnswers
  /// What its halves show of each other.
  let halves: DefaultHalves
  /// Its axis positions, as answers of one dimension, and their mean.
  let positions: DefaultAnswers
  let place: Double

  /// The answers `planned`, of the activations `matrix` in `frame`.
  init(_ matrix: Matrix, _ planned: PlannedAnswers, _ frame: ReadoutFrame, seed: UInt64) throws {
    answers = DefaultAnswers(PersonaResponses(matrix, questions: planned.questions, prompts: planned.prompts))
    halves = try DefaultHalves(of: answers, seed: seed)
    let column = try frame.positions(of: matrix)
    place = column.columnMeans()[0]
    positions = DefaultAnswers(
      PersonaResponses(column, questions: planned.questions, prompts: planned.prompts))
  }
}
