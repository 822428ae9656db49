import LinearAlgebra
import PersonaSpace
import Statistics

/// Responses of a persona and a default with planted states, made with nothing of the package's own synthesis: anisotropic noise
/// with a power-law spectrum and one massive dimension, effects of questions that all share, shifts by prompt, and answers that are
/// given as the default at random, or more under some questions or prompts than others.
struct PlantedStates {
  enum Refusal: String, CaseIterable { case atRandom, byQuestion, byPrompt }

  var dimensions = 64
  var questions = 12
  var prompts = 5
  var runs = 1
  /// The length of the way, in the mean standard deviation of a dimension.
  var distance = 12.0
  /// The share of answers given as the default, and what it depends on.
  var refused = 0.0
  var refusal = Refusal.atRandom
  /// The standard deviation of adopted answers along the way, in shares of it.
  var wobble = 0.0
  /// Whether the noise of answers is Student's t with 5 degrees of freedom.
  var isHeavy = false
  /// The size of shifts by prompt, in the noise.
  var shift = 0.0
  /// Where refused answers lie, in shares of the way.
  var homePlace = 0.0

  struct Sample {
    let persona, assistant: PersonaResponses
    /// Whether each answer was given as the default.
    let isHome: [Bool]
    /// The share expected of these prompts over all questions.
    let share: Double
  }

  func sample(seed: UInt64) -> Sample {
    var random = SeededGenerator(seed: seed, purpose: .init(rawValue: 0x504C_414E))
    let raw = (0..<dimensions).map { 1 / Double($0 + 1).squareRoot() }
    let norm = (raw.reduce(0) { $0 + $1 * $1 } / Double(dimensions)).squareRoot()
    let spectrum = raw.map { $0 / norm }
    func noise(_ size: Double, isHeavy: Bool = false) -> [Double] {
      var scale = size
      if isHeavy {
        let chi = random.gaussians(5).reduce(0) { $0 + $1 * $1 }
        scale *= (3 / chi).squareRoot()
      }
      return zip(random.gaussians(dimensions), spectrum).map { $0 * $1 * scale }
    }
    let direction = random.gaussians(dimensions)
    let unit = direction.map { $0 / euclideanNorm(direction) * distance }
    let questionEffects = (0..<questions).map { _ in noise(1) }
    let own = (0..<questions).map { _ in noise(0.3) }
    let shifts = (0..<prompts).map { _ in noise(shift) }
    let defaultShifts = (0..<prompts).map { _ in noise(shift) }
    // A rate of (r + .6 (1 − r)) for a share r of questions or prompts and of .4 r for the others is r on average.
    let levels = refusal == .byQuestion ? questions : prompts
    let rates = (0..<levels).map { _ in
      refusal == .atRandom
        ? refused
        : Double.random(in: 0..<1, using: &random) < refused ? refused + 0.6 * (1 - refused) : 0.4 * refused
    }
    var (rows, base, isHome, questionOf, promptOf) = ([[Double]](), [[Double]](), [Bool](), [Int](), [Int]())
    for prompt in 0..<prompts {
      for question in 0..<questions {
        for _ in 0..<runs {
          let rate = rates[refusal == .byQuestion ? question : prompt]
          let refuses = Double.random(in: 0..<1, using: &random) < rate
          let place = refuses ? homePlace : 1 + wobble * random.nextGaussian()
          let (error, other) = (noise(1, isHeavy: isHeavy), noise(1, isHeavy: isHeavy))
          var (response, plain) = (error, other)
          for j in 0..<dimensions {
            let shared = (j == 3 ? 200 : 0) + questionEffects[question][j]
            response[j] += shared + shifts[prompt][j] + place * unit[j]
            if !refuses { response[j] += own[question][j] }
            plain[j] += shared + defaultShifts[prompt][j]
          }
          rows.append(response)
          base.append(plain)
          isHome.append(refuses)
          questionOf.append(question)
          promptOf.append(prompt)
        }
      }
    }
    let share = refusal == .byPrompt ? rates.reduce(0, +) / Double(prompts) : refused
    func responses(_ rows: [[Double]]) -> PersonaResponses {
      PersonaResponses(Matrix(rows, columns: dimensions), questions: questionOf, prompts: promptOf)
    }
    return Sample(persona: responses(rows), assistant: responses(base), isHome: isHome, share: share)
  }

  /// What is found in a sample.
  func states(of sample: Sample, seed: UInt64, samples: Int = 200) throws -> PersonaStates {
    let assistant = DefaultAnswers(sample.assistant)
    let halves = try DefaultHalves(of: assistant, seed: seed)
    return try PersonaStates(
      of: sample.persona, from: assistant, halves: halves, axisLength: distance, samples: samples, seed: seed)
  }
}
