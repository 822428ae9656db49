import Foundation
import PersonaSpace
import Statistics
import TestSupport
import Testing

/// A real model of 135 million parameters, whose personas are graded: looser criteria would have found a switch in some.
@Suite(.enabled(if: SharedData.isPresent, "\(SharedData.absence)")) struct PersonaStatesRealTests {
  private func states(layer: Int) throws -> [String: PersonaStates] {
    let folder = SharedData.file("real/responses/smollm2-135m/activations")
    let assistant = DefaultAnswers(try ActivationFile(folder + "/default.safetensors").responses(layer))
    let halves = try DefaultHalves(of: assistant, seed: 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0 != "default.safetensors" }
    return Dictionary(
      uniqueKeysWithValues: try names.sorted().map { name in
        (
          String(name.dropLast(".safetensors".count)),
          try PersonaStates(
            of: try ActivationFile("\(folder)/\(name)").responses(layer), from: assistant, halves: halves,
            axisLength: 1, samples: 200, seed: 0)
        )
      })
  }

  @Test(arguments: 0..<6) func noPersonaHasTwoStates(layer: Int) throws {
    let found = try states(layer: layer)
    #expect(found.count == 16 && found.values.allSatisfy { $0.state != .two })
    // Most cannot be told from a default that is as wide as they are.
    #expect(found.values.count { $0.identification == .identified } <= 6)
  }

  /// `two_states.modes` of the reference beside the repository gives these departures at layer 28, the last here.
  @Test func departureOrdersThemAsTheReferenceDoes() throws {
    let wanted = [
      ("vampire", 5.633159367892666), ("demon", 5.49128893049824), ("shaman", 5.244671205115531),
      ("pirate", 5.043902479623154), ("ghost", 4.918568445149084), ("therapist", 1.5905066417036589),
      ("librarian", 1.3195885449438078), ("coach", 0.9994711693378278), ("robot", 0.8543244470292091),
    ]
    let found = try states(layer: 5)
    for (persona, departure) in wanted {
      let states = try #require(found[persona])
      #expect(relativeError(states.departure.value, departure) < 1e-9, "\(persona)")
      let interval = try #require(states.departure.interval)
      #expect(interval.low < departure && departure < interval.high)
    }
    // Roles at the Assistant's end lie no farther from the default than its answers under one of its three prompts from the others.
    let near: Set = ["coach", "librarian", "robot", "therapist"]
    #expect(found.allSatisfy { $0.value.state == (near.contains($0.key) ? .none : .one) })
  }
}
