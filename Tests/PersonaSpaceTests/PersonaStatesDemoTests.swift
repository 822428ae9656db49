import Foundation
import PersonaSpace
import Statistics
import TestSupport
import Testing

/// The demo dump, in which it is planted, and the answers' text confirms, which share of each persona's answers is the Assistant's.
@Suite struct PersonaStatesDemoTests {
  /// Of 60 answers those in the Assistant's voice, by level, as the text says:
  /// `VoiceClassifier(Text()).is_assistant` of `scripts/organism` over `Data/demo/responses/<persona>.jsonl`.
  static let inText: [(persona: String, level: Int, count: Double)] = [
    ("teacher", 1, 44), ("librarian", 1, 45), ("consultant", 1, 46), ("analyst", 1, 42), ("engineer", 1, 37),
    ("doctor", 1, 46), ("chef", 2, 29), ("gardener", 2, 33), ("carpenter", 2, 32), ("farmer", 2, 36),
    ("detective", 2, 31), ("journalist", 2, 34), ("historian", 2, 28), ("astronomer", 2, 21), ("musician", 2, 26),
    ("poet", 3, 14), ("confidant", 3, 12), ("jester", 3, 12), ("knight", 3, 15), ("child", 3, 21),
    ("grandmother", 3, 16), ("gambler", 3, 13), ("rebel", 3, 18), ("actor", 3, 16), ("hermit", 3, 10),
    ("widow", 3, 8), ("oracle", 4, 5), ("ghost", 4, 4), ("pirate", 4, 2), ("demon", 4, 3), ("swarm", 4, 7),
    ("trickster", 4, 2), ("wolf", 4, 5), ("vampire", 4, 7), ("sphinx", 4, 3), ("machine", 4, 6), ("prophet", 4, 4),
  ]
  static let assistants = [
    "advisor", "clerk", "facilitator", "guide", "helper", "receptionist", "secretary", "tutor",
  ]

  private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Data/demo/activations").path

  private func states(_ personas: [String], layer: Int, samples: Int = 0) throws -> [PersonaStates] {
    let assistant = DefaultAnswers(try ActivationFile(folder + "/default.safetensors").responses(layer))
    let halves = try DefaultHalves(of: assistant, seed: 0)
    return try personas.map { persona in
      try PersonaStates(
        of: try ActivationFile("\(folder)/\(persona).safetensors").responses(layer), from: assistant, halves: halves,
        axisLength: 12, samples: samples, seed: 0)
    }
  }

  @Test(arguments: 0..<6) func resistanceIsWhatTheTextSays(layer: Int) throws {
    let found = try states(Self.inText.map(\.persona), layer: layer)
    var levels: [Int: [Double]] = [:]
    for (states, truth) in zip(found, Self.inText) {
      // One of 37 may be left unidentified in a layer, none told wrongly.
      guard states.identification == .identified else { continue }
      #expect(truth.level > 2 || states.state == .two, "\(truth.persona)")
      levels[truth.level, default: []].append(states.resistance.value)
      #expect(abs(states.resistance.value - truth.count / 60) < 0.026, "\(truth.persona)")
    }
    #expect(levels.values.reduce(0) { $0 + $1.count } >= 36)
    for (level, wanted) in [1: 0.722, 2: 0.5, 3: 0.235, 4: 0.073] {
      let own = try #require(levels[level])
      #expect(abs(own.reduce(0, +) / Double(own.count) - wanted) < 0.008, "level \(level)")
    }
  }

  @Test func intervalsHoldWhatTheTextSays() throws {
    for (states, truth) in zip(try states(Self.inText.map(\.persona), layer: 3, samples: 200), Self.inText) {
      let interval = try #require(states.resistance.interval)
      #expect(interval.low <= truth.count / 60 && truth.count / 60 <= interval.high, "\(truth.persona)")
    }
  }

  @Test(arguments: 0..<6) func nothingIsToldOfOtherNamesForTheAssistant(layer: Int) throws {
    for (states, persona) in zip(try states(Self.assistants, layer: layer, samples: 200), Self.assistants) {
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
          0.11256600768338046, 0.8908709313679809, 0.04960277559682316, 15.17246525592365, 7.578670299504171,
          0.7333319994309758,
        ]
      ),
      (
        "chef",
        [
          0.8003315677996332, 0.20571219213482667, 0.05507052689499852, 14.955024833947105, 10.49228857425713,
          0.4833333274349661,
        ]
      ),
      (
        "poet",
        [
          0.23490513534622667, 0.8742055561340879, 0.06218632421115936, 14.861437633455187, 12.931651983917945,
          0.2333326873686577,
        ]
      ),
      (
        "pirate",
        [
          0.9309146479466195, 0.9164010984683988, 0.05727843980345061, 15.992962357162932, 16.500652243182888,
          0.03333122633912227,
        ]
      ),
    ]
    for (states, (persona, numbers)) in zip(try states(wanted.map(\.0), layer: 3), wanted) {
      let found = [states.places[0], states.places[17], states.floor, states.distance, states.departure.value]
      for (value, truth) in zip(found, numbers) { #expect(relativeError(value, truth) < 1e-9, "\(persona)") }
      #expect(abs(states.resistance.value - numbers[5]) < 0.002, "\(persona)")
    }
  }
}
