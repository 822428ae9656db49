public import Statistics

/// Whether a layer has an Assistant axis: whether the direction toward the default is the leading direction in which
/// characters differ, with the default at its end. Whether the default is an assistant it cannot tell.
///
/// - `absent`: the variance of the first component is not clearly above what chance gives it (`leastScore`), or cos(axis, PC1) is below `leastCosine`, or it is
///   within chance: it, or the lower end of its interval, is below the 95 % quantile of a random direction.
/// - `found`: not absent; cos(axis, PC1) at least `publishedCosine` and the lower end of its interval at least `leastCosine`;
///   the default at `leastRelative` of the range of PC1 or above; at least `leastRoles` roles.
/// - `weak`: what lies between.
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
  /// The test at 5 % of the parallel analysis lets one noise in twenty pass; six standard deviations hardly any.
  public static let leastScore = 6.0
  /// Fewer roles do not tell a leading direction from chance.
  public static let leastRoles = 10

  /// Judges a layer.
  ///
  /// - Parameters:
  ///   - cosine: cos(axis, PC1), not negative by orientation.
  ///   - interval: its 95 % interval; nil if there is none, and the verdict rests on the estimate.
  ///   - null: the 95 % quantile of |cos| with a random direction.
  ///   - relative: where the default sits in the range of PC1, in 0…1.
  ///   - roles: the number of roles.
  ///   - parallel: which components are above chance; nil if that was not tried.
  public init(
    cosine: Double, interval: Interval?, null: Double, relative: Double, roles: Int, parallel: ParallelAnalysis?
  ) {
    let range = interval.map { " (95 % interval \(rounded($0.low)) to \(rounded($0.high)))" } ?? " (no interval)"
    let numbers = """
      cos(axis, PC1) \(rounded(cosine))\(range) against \(rounded(null)) for a random direction; \
      default at \(rounded(relative)) of the range of PC1; \
      \(parallel.map { "\($0.components) component\($0.components == 1 ? "" : "s") above chance; " } ?? "")\(roles) roles
      """
    let low = interval?.low ?? cosine
    // Written so that a NaN, which compares false, cannot pass.
    let stands =
      parallel.map {
        $0.components >= 1 && $0.firstScore >= Self.leastScore && roles >= LayerUncertainty.leastRoles
      } ?? true
    let isAboveChance = stands && cosine > null && low > null && cosine >= Self.leastCosine
    let isLeading = cosine >= Self.publishedCosine && low >= Self.leastCosine && relative >= Self.leastRelative
    outcome = !isAboveChance ? .absent : isLeading && roles >= Self.leastRoles ? .found : .weak
    let shortfalls = [
      (stands, "the first component is not clearly above chance"),
      (cosine > null, "the cosine is within chance"),
      (!(cosine > null) || low > null, "the interval reaches down to chance"),
      (cosine >= Self.leastCosine, "the cosine is below \(rounded(Self.leastCosine))"),
      (
        cosine >= Self.publishedCosine || cosine < Self.leastCosine,
        "the cosine is below \(rounded(Self.publishedCosine))"
      ),
      (
        low >= Self.leastCosine || cosine < Self.leastCosine || low <= null,
        "the interval reaches below \(rounded(Self.leastCosine))"
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
