import PersonaSpace
import Statistics
import Testing

@Suite struct AssistantAxisTests {
  private let axis: AssistantAxis

  init() throws { axis = try AssistantAxis(assistant: [5, 1, 0], roleMean: [1, 1, 0]) }

  @Test func anchorsAreTheMeanRoleAndTheAssistant() {
    let (mean, assistant) = (axis.reading(of: [1, 1, 0]), axis.reading(of: [5, 1, 0]))
    #expect(mean.position == 0 && assistant.position == 1)
    #expect(mean.distance == 4 && assistant.distance == 0)
    #expect(mean.cosine.isNaN && assistant.cosine == 1)
  }

  /// Worked by hand: the axis is (4, 0, 0), h is 2 past the mean along it and (3, 4) off it.
  @Test func readsAPointByHand() {
    let reading = axis.reading(of: [3, 4, 4])
    #expect(reading.projection == 3)
    #expect(reading.position == 0.5)
    #expect(reading.distance == 2)
    #expect(reading.offAxisDistance == 5)
    #expect(abs(reading.cosine - 2 / 29.0.squareRoot()) < 1e-15)
    #expect(axis.position(ofProjection: 3) == 0.5)
  }

  @Test func refusesADefaultThatIsTheMeanRole() {
    #expect(throws: SpaceFault.noAxis) { try AssistantAxis(assistant: [1, 2], roleMean: [1, 2]) }
  }

  /// The mean of three roles, written in single precision: the difference is its rounding. Beside a dimension of 10⁸ another one may
  /// still tell.
  @Test func refusesADefaultThatIsTheMeanRoleInSinglePrecision() throws {
    let mean = [1 / 3.0, 200 / 3.0, -1e8 / 3]
    var assistant = mean.map { Double(Float($0)) }
    #expect(throws: SpaceFault.noAxis) { try AssistantAxis(assistant: assistant, roleMean: mean) }
    assistant[0] = 0.5
    #expect(try AssistantAxis(assistant: assistant, roleMean: mean).norm > 0.16)
  }
}
