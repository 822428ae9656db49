internal import LinearAlgebra
internal import Statistics

/// Responses with planted resistance, instability and shares of variance.
///
/// A response of a role r at target t, under prompt p to question q in run n, is
///
///     a + A (t − a) + |axis| (V + Q + C + R) v + noise,
///
/// with a the default and v the planted unit axis. A is drawn about 1 where the model plays the role (the judge's 3), and about
/// `fallback` where it does not. V, Q, C and R are the effects of prompt, question, cell and run in axis position; the noise is
/// orthogonal to both directions. Levels differ in how often the role is played, and how steadily, so that there is a role of each
/// quadrant and resistance rises with the level.
public struct SyntheticResponses: Sendable {
  /// How many responses a role has: each of its prompts asks each question so many times.
  public struct Design: Sendable, Equatable {
    /// The prompts of each role, the questions, and the runs of each.
    public var prompts = 5, questions = 20, runs = 2

    /// The usual one.
    public init() {}

    /// The responses of a role.
    public var count: Int { prompts * questions * runs }
  }

  /// What a model does with the roles of a level.
  public struct Adoption: Sendable, Equatable {
    /// The share of the responses in which it plays the role.
    public let share: Double
    /// How far it goes on average where it does not.
    public let fallback: Double
    /// The standard deviation of A about either.
    public let adherenceDeviation: Double
  }

  /// Level by level, from the most Assistant-like: adopted, unstable, both, resistant.
  public static let adoptions = [
    Adoption(share: 1, fallback: 1, adherenceDeviation: 0.08),
    Adoption(share: 0.75, fallback: 0, adherenceDeviation: 0.08),
    Adoption(share: 0.4, fallback: 0, adherenceDeviation: 0.08),
    Adoption(share: 0.12, fallback: 0.35, adherenceDeviation: 0.05),
  ]
  /// The standard deviations of the effects of prompt, question, cell and run, in axis position.
  public static let effects: [ResponseDesign.Source: Double] = [.prompt: 0.12, .question: 0.1, .cell: 0.08, .run: 0.15]
  /// The standard deviation of the noise in each other dimension, times √d, in lengths of the axis.
  static let noise = 0.3

  /// The design.
  public let design: Design
  let personas: SyntheticPersonas
  /// Q of each question.
  private let questions: [Double]

  /// Plans responses of the roles of `personas`.
  public init(_ design: Design, in personas: SyntheticPersonas) {
    (self.design, self.personas) = (design, personas)
    var random = SeededGenerator(seed: personas.seed, purpose: .syntheticQuestions)
    questions = (0..<design.questions).map { _ in Self.effect(.question) * random.nextGaussian() }
  }

  private static func effect(_ source: ResponseDesign.Source) -> Double { effects[source] ?? 0 }

  /// One response as planted.
  public struct Response: Sendable {
    /// Its key.
    public let key: String
    /// 3 where the role is played, 1 where not.
    public let score: Int
    /// A.
    public let adherence: Double
    /// V + Q + C + R, in axis position.
    public let shift: Double
    let index: Int
  }

  /// V of each prompt of role `role`.
  func prompts(_ role: Int) -> [Double] {
    var random = SeededGenerator(seed: personas.seed, purpose: .syntheticPrompts, index: UInt64(role))
    return (0..<design.prompts).map { _ in Self.effect(.prompt) * random.nextGaussian() }
  }

  /// The responses of role `role`, in the order prompt, question, run.
  public func responses(_ role: Int) -> [Response] {
    let level = personas.roles[role].level
    let (adoption, prompts) = (Self.adoptions[level - 1], prompts(role))
    var random = SeededGenerator(seed: personas.seed, purpose: .syntheticResponses, index: UInt64(role))
    var responses: [Response] = []
    for prompt in 0..<design.prompts {
      for question in 0..<design.questions {
        let cell = Self.effect(.cell) * random.nextGaussian()
        for run in 0..<design.runs {
          let index = responses.count
          let run = (number: run, effect: Self.effect(.run) * random.nextGaussian())
          let isPlayed = Double.random(in: 0..<1, using: &random) < adoption.share
          let middle = isPlayed ? 1 : adoption.fallback
          responses.append(
            Response(
              key: "pos_p\(prompt)_q\(question)_r\(run.number)", score: isPlayed ? 3 : 1,
              adherence: middle + adoption.adherenceDeviation * random.nextGaussian(),
              shift: prompts[prompt] + questions[question] + cell + run.effect, index: index))
        }
      }
    }
    return responses
  }

  /// The activation of `response` of role `role` with `target`, its role vector, in `layer`; shape (d).
  public func activation(_ response: Response, role: Int, target: [Double], layer: Int) -> [Double] {
    let (planted, assistant) = (personas.layers[layer], personas.assistant(layer: layer))
    let way = difference(target, assistant)
    return point(
      assistant, way: way, adherence: response.adherence, shift: response.shift, planted,
      SeededGenerator(
        seed: personas.seed, purpose: .syntheticResponseNoise(layer: layer),
        index: UInt64(role * design.count + response.index)))
  }

  /// Response `index` of the default, about its vector, in `layer`; shape (d).
  public func assistantActivation(_ index: Int, layer: Int) -> [Double] {
    let (planted, assistant) = (personas.layers[layer], personas.assistant(layer: layer))
    var random = SeededGenerator(seed: personas.seed, purpose: .syntheticAssistantResponses, index: UInt64(index))
    return point(
      assistant, way: planted.axis, adherence: 0, shift: Self.effect(.run) * random.nextGaussian(), planted,
      SeededGenerator(seed: personas.seed, purpose: .syntheticAssistantNoise(layer: layer), index: UInt64(index)))
  }

  private func point(
    _ assistant: [Double], way: [Double], adherence: Double, shift: Double, _ layer: SyntheticPersonas.Layer,
    _ generator: SeededGenerator
  ) -> [Double] {
    var random = generator
    let across = orthogonalised(way, to: [layer.axis])
    let length = euclideanNorm(across)
    let noise = orthogonalised(random.gaussians(way.count), to: length > 0 ? [layer.axis, across] : [layer.axis])
    let scale = Self.noise * layer.norm / Double(way.count).squareRoot()
    return assistant.indices.map {
      assistant[$0] + adherence * way[$0] + shift * layer.norm * layer.axis[$0] + scale * noise[$0]
    }
  }
}
