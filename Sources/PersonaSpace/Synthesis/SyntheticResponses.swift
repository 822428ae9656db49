internal import LinearAlgebra
internal import Statistics

/// Responses with planted resistance, instability and shares of variance.
///
/// A response to a prompt p for a role with vector t, to question q in run n, is
///
///     a + A (t − a) + |axis| (V + Q + C + R) v + noise,
///
/// with a the default and v the planted unit axis. A is 0 where the model answers as the default (the judge's 0), and drawn about 1
/// where it plays the role (3). V, Q, C and R are the effects of prompt, question, cell and run in axis position, of which that of a
/// question is the same for every role and the default; the noise is orthogonal to both directions. Levels differ in how often
/// the role is played, and how steadily, so that there is a role of each quadrant.
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
    /// The standard deviation of A about 1 in these.
    public let wobble: Double
  }

  /// Level by level, from the most Assistant-like: adopted, unstable, resistant, both.
  public static let adoptions = [
    Adoption(share: 1, wobble: 0.05), Adoption(share: 1, wobble: 0.4), Adoption(share: 0.35, wobble: 0.05),
    Adoption(share: 0.3, wobble: 0.4),
  ]
  /// The standard deviations of the effects of prompt, question, cell and run, in axis position.
  public static let effects: [ResponseDesign.Source: Double] = [.prompt: 0.05, .question: 0.1, .cell: 0.04, .run: 0.08]
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
    /// 3 where the role is played, 0 where not.
    public let score: Int
    /// A.
    public let place: Double
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
          let wobble = adoption.wobble * random.nextGaussian()
          responses.append(
            Response(
              key: "pos_p\(prompt)_q\(question)_r\(run.number)", score: isPlayed ? 3 : 0,
              place: isPlayed ? 1 + wobble : 0,
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
      assistant, way: way, place: response.place, shift: response.shift, planted,
      SeededGenerator(
        seed: personas.seed, purpose: .syntheticResponseNoise(layer: layer),
        index: UInt64(role * design.count + response.index)))
  }

  /// The keys of the default's responses, and V + Q + C + R of each, in the order prompt, question, run.
  public func assistantResponses() -> [(key: String, shift: Double)] {
    var random = SeededGenerator(seed: personas.seed, purpose: .syntheticAssistantResponses)
    let prompts = assistantPrompts()
    var responses: [(key: String, shift: Double)] = []
    for prompt in 0..<design.prompts {
      for question in 0..<design.questions {
        let cell = Self.effect(.cell) * random.nextGaussian()
        for run in 0..<design.runs {
          let effect = Self.effect(.run) * random.nextGaussian()
          responses.append(
            ("default_p\(prompt)_q\(question)_r\(run)", prompts[prompt] + questions[question] + cell + effect))
        }
      }
    }
    return responses
  }

  /// V of each prompt of the default.
  func assistantPrompts() -> [Double] {
    var random = SeededGenerator(seed: personas.seed, purpose: .syntheticAssistantPrompts)
    return (0..<design.prompts).map { _ in Self.effect(.prompt) * random.nextGaussian() }
  }

  /// Response `index` of the default, with the effects `shift`, in `layer`; shape (d).
  public func assistantActivation(_ index: Int, shift: Double, layer: Int) -> [Double] {
    let (planted, assistant) = (personas.layers[layer], personas.assistant(layer: layer))
    return point(
      assistant, way: planted.axis, place: 0, shift: shift, planted,
      SeededGenerator(seed: personas.seed, purpose: .syntheticAssistantNoise(layer: layer), index: UInt64(index)))
  }

  private func point(
    _ assistant: [Double], way: [Double], place: Double, shift: Double, _ layer: SyntheticPersonas.Layer,
    _ generator: SeededGenerator
  ) -> [Double] {
    var random = generator
    let across = orthogonalised(way, to: [layer.axis])
    let length = euclideanNorm(across)
    let noise = orthogonalised(random.gaussians(way.count), to: length > 0 ? [layer.axis, across] : [layer.axis])
    let scale = Self.noise * layer.norm / Double(way.count).squareRoot()
    return assistant.indices.map {
      assistant[$0] + place * way[$0] + shift * layer.norm * layer.axis[$0] + scale * noise[$0]
    }
  }
}
