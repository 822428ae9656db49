/// Whether a layer has an Assistant axis: whether the direction toward the default is the leading direction in which
/// characters differ, with the default at its end. Whether the default is an assistant it cannot tell.
///
/// Judged on point estimates against the closed-form null; the thresholds are stated with each case.
public struct AxisVerdict: Sendable, Equatable {
  /// The outcome.
  public enum Outcome: String, Sendable {
    case found
    case weak
    case absent
  }

  /// The outcome.
  public let outcome: Outcome
  /// What it rests on, in one line.
  public let evidence: String

  /// Lu et al. report |cos(axis, PC1)| above .60 at every layer of three models.
  public static let publishedCosine = 0.6
  /// Below this the two directions share less than a tenth of their squared length (.316² = .1).
  public static let leastCosine = 0.316
  /// The default lies in the upper quarter of the range of PC1. In two public role sets it lies at .93 and .91; the
  /// axis can also align with PC1 where the default is just another role.
  public static let leastRelative = 0.75
  /// Fewer roles do not tell a leading direction from chance.
  public static let leastRoles = 10

  /// Judges a layer.
  ///
  /// - Parameters:
  ///   - cosine: cos(axis, PC1), not negative by orientation.
  ///   - null: the 95 % quantile of |cos| with a random direction.
  ///   - relative: where the default sits in the range of PC1, in 0…1.
  ///   - roles: the number of roles.
  public init(cosine: Double, null: Double, relative: Double, roles: Int) {
    let numbers = """
      cos(axis, PC1) \(rounded(cosine)) against \(rounded(null)) for a random direction; \
      default at \(rounded(relative)) of the range of PC1; \(roles) roles
      """
    // Written so that a NaN, which compares false, cannot pass.
    let isAboveChance = cosine > null && cosine >= Self.leastCosine
    let isLeading = isAboveChance && cosine >= Self.publishedCosine && relative >= Self.leastRelative
    outcome = !isAboveChance ? .absent : isLeading && roles >= Self.leastRoles ? .found : .weak
    let shortfalls = [
      (cosine > null, "the cosine is within chance"),
      (cosine >= Self.leastCosine, "the cosine is below \(rounded(Self.leastCosine))"),
      (
        cosine >= Self.publishedCosine || cosine < Self.leastCosine,
        "the cosine is below \(rounded(Self.publishedCosine))"
      ),
      (relative >= Self.leastRelative, "the default is not at \(rounded(Self.leastRelative)) or above"),
      (roles >= Self.leastRoles, "under \(Self.leastRoles) roles are too few to be sure"),
    ].filter { !$0.0 }.map(\.1)
    evidence = numbers + (shortfalls.isEmpty ? "" : " (\(shortfalls.joined(separator: "; ")))")
  }

  /// The outcome over all layers: found or absent if that holds for more than half of them, else weak.
  public static func overall(_ outcomes: [Outcome]) -> Outcome {
    for outcome in [Outcome.found, .absent] where 2 * outcomes.count(where: { $0 == outcome }) > outcomes.count {
      return outcome
    }
    return .weak
  }
}

/// `value` with three decimals, for a sentence.
func rounded(_ value: Double) -> String {
  guard value.isFinite else { return "undefined" }
  let thousandths = Int((abs(value) * 1000).rounded())
  let decimals = String(thousandths % 1000)
  return (value < 0 && thousandths > 0 ? "-" : "") + "\(thousandths / 1000)."
    + String(repeating: "0", count: 3 - decimals.count) + decimals
}
