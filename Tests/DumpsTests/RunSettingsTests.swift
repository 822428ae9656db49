import Dumps
import Testing

@Suite struct RunSettingsTests {
  @Test func settingsSurviveBeingRecorded() throws {
    var settings = RunSettings()
    settings.layers = try #require(LayerSelection("3,8:24,-1"))
    (settings.nonFinite, settings.replicates, settings.seed) = (.skip, 250, .max)
    let read = try #require(RunSettings(recorded: settings.recorded))
    #expect(read == settings)
    #expect(RunSettings(recorded: RunSettings().recorded) == RunSettings())
  }

  @Test(arguments: [
    ("layers", "8-24"), ("nonfinite", "ignore"), ("bootstrap", "-1"), ("bootstrap", "many"), ("seed", "-1"),
  ])
  func recordsThatAreNoneAreRefused(name: String, text: String) {
    var recorded = RunSettings().recorded
    recorded[name] = text
    #expect(RunSettings(recorded: recorded) == nil)
    recorded[name] = nil
    #expect(RunSettings(recorded: recorded) == nil)
  }
}
