internal import Dumps
internal import PersonaSpace

extension CapRun {
  /// The thresholds of each layer of the space without a simulation of them, and what they are taken of in words; none for a layer
  /// that the calibration does not have.
  func calibrated() async throws -> (thresholds: [[CapThreshold]], words: String) {
    let assistant: AssistantProjections =
      if case .percentiles(_, of: .assistant) = thresholds {
        try AssistantProjections(space, paths, options, log: log)
      } else {
        AssistantProjections(none: space)
      }
    let found = try await projections(try calibrationPlan(), assistant)
    return (sweep(found), calibrationWords(assistant) ?? "")
  }
}
