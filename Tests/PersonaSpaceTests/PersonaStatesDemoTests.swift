import Foundation
import PersonaSpace
import Statistics
import TestSupport
import Testing

/// The demo dump, in which it is planted which share of each persona's answers is the Assistant's. `truth.json` has whose voice
/// each answer is in, by its text alone.
@Suite struct PersonaStatesDemoTests {
  private struct Truth: Decodable {
    struct Role: Decodable {
      let role: String
      let level: Int
      let kind: String?
    }
    struct Dose: Decodable {
      let role: String
      let prompt: Int
      let dose: Double
    }

    let roles: [Role]
    let doses: [Dose]
    /// The voice of each answer, by role and key.
    let answers: [String: [String: String]]

    /// The share of a role's answers under its usual prompts that are in the Assistant's voice.
    func homeShare(_ role: String) -> Double {
      let voices = answers[role, default: [:]].filter { isUsual(role, $0.key) }.values
      return Double(voices.count { $0 == "default" }) / Double(voices.count)
    }

    /// Whether the prompt of an answer asks for the whole of the role.
    func isUsual(_ role: String, _ key: String) -> Bool {
      !doses.contains { $0.role == role && $0.dose < 1 && key.contains("_p\($0.prompt)_") }
    }
  }

  private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Data/demo").path
  private let truth: Truth

  init() throws {
    truth = try JSONDecoder().decode(Truth.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/truth.json")))
  }

  /// The states of each of `personas` in a layer, of its answers under its usual prompts.
  private func states(_ personas: [String], layer: Int, samples: Int = 0) throws -> [PersonaStates] {
    let assistant = DefaultAnswers(try ActivationFile(folder + "/activations/default.safetensors").responses(layer))
    let halves = try DefaultHalves(of: assistant, seed: 0)
    return try personas.map { persona in
      try PersonaStates(
        of: try ActivationFile("\(folder)/activations/\(persona).safetensors").responses(layer) {
          truth.isUsual(persona, $0)
        }, from: assistant, halves: halves, axisLength: 12, samples: samples, seed: 0)
    }
  }

  private func names(_ levels: ClosedRange<Int>) -> [String] {
    truth.roles.filter { levels.contains($0.level) }.map(\.role)
  }

  @Test(arguments: 0..<6) func resistanceIsWhatTheTextSays(layer: Int) throws {
    let personas = names(1...4)
    var (errors, missed) = ([Double](), 0)
    for (states, persona) in zip(try states(personas, layer: layer, samples: 200), personas)
    where states.identification == .identified {
      let share = truth.homeShare(persona)
      errors.append(abs(states.resistance.value - share))
      let interval = try #require(states.resistance.interval)
      if !(interval.low...interval.high).contains(share) { missed += 1 }
      // An answer that wobbles has sentences of both: some are taken for the Assistant's, or the reverse.
      let wobbles = truth.roles.contains { $0.role == persona && $0.kind?.hasSuffix("wobbling") ?? false }
      #expect(abs(states.resistance.value - share) < (wobbles ? 0.12 : 0.07), "\(persona)")
    }
    #expect(personas.count == 37 && errors.count >= 25)
    #expect(errors.reduce(0, +) / Double(errors.count) < 0.02)
    // Of 95 %: one of some thirty may miss.
    #expect(missed <= 1)
  }

  /// The historian is resisted in most of its answers, and its prompt moves those too, by half of the way: along it all pass for one
  /// state that is clear of the default. Nothing must be told of it then, least of all that it is never refused.
  @Test(arguments: 0..<6) func refusalsThatAPromptMovesAreNoAdoptedPersona(layer: Int) throws {
    let states = try states(["historian"], layer: layer)[0]
    #expect(truth.homeShare("historian") > 0.75)
    #expect(states.identification != .identified || states.resistance.value > 0.65)
  }

  @Test(arguments: 0..<6) func nothingIsToldOfOtherNamesForTheAssistant(layer: Int) throws {
    let assistants = names(0...0)
    #expect(assistants.count == 8)
    for (states, persona) in zip(try states(assistants, layer: layer, samples: 200), assistants) {
      #expect(states.state != .two && states.identification != .identified, "\(persona)")
      #expect(states.resistance.value.isNaN && states.resistance.interval == nil)
    }
  }

  /// An independent implementation: `two_states.modes(X[:, 3], q, G[:, 3], default q)` of the reference beside the repository, of
  /// these files, gives z of answers 0 and 17, floor, distance, departure and the share, whose home has other priors there.
  @Test func placesAreThoseOfTheReference() throws {
    let wanted: [(String, [Double])] = [
      (
        "teacher",
        [
          0.9241842840515944, 0.30309502727459514, 0.082711638773272, 16.199211182907725, 5.054621942914167,
          0.699999945375826,
        ]
      ),
      (
        "chef",
        [
          0.29551662232445647, 0.3158626246827463, 0.07281016372889512, 16.130032274739488, 5.3597283533510645,
          0.7333289349011328,
        ]
      ),
      (
        "poet",
        [
          0.9291130540915363, 1.2858707100490128, 0.08560110093831282, 18.671256758998208, 10.518406673207828,
          0.12963242161041785,
        ]
      ),
      (
        "knight",
        [
          0.973980234131277, 1.0212497585620677, 0.04835345571380613, 20.177259202160574, 17.72347107764305,
          0.1833323790032252,
        ]
      ),
    ]
    for (states, (persona, numbers)) in zip(try states(wanted.map(\.0), layer: 3), wanted) {
      let found = [states.places[0], states.places[17], states.floor, states.distance, states.departure.value]
      for (value, truth) in zip(found, numbers) { #expect(relativeError(value, truth) < 1e-9, "\(persona)") }
      if states.identification == .identified {
        #expect(abs(states.resistance.value - numbers[5]) < 0.02, "\(persona)")
      }
    }
  }
}
