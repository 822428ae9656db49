/// Where the default Assistant sits on the first component among the roles.
public struct DefaultExtremity: Sendable, Equatable {
  /// The share of roles whose score is strictly below the default's, in 0…1.
  public let percentile: Double
  /// (default − lowest) / (highest − lowest) over roles and default together; 1 is the edge toward the Assistant.
  public let relative: Double

  /// The place of a default that scores `assistant` among roles that score `roles`.
  public init(roles: [Double], assistant: Double) {
    let low = min(roles.min() ?? assistant, assistant)
    let high = max(roles.max() ?? assistant, assistant)
    percentile = Double(roles.count { $0 < assistant }) / Double(roles.count)
    relative = high > low ? (assistant - low) / (high - low) : .nan
  }
}
