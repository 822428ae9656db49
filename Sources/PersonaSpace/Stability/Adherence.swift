/// How far along the way from the default Assistant a to a persona's own target t responses went:
/// (h − a) · w / (w · w) with w = t − a. 0 is still the Assistant, 1 fully the persona.
///
/// A response that is in the mean which the target is, is scored against the target with itself left out, so that nothing is
/// measured against itself. With e = h − t and f = 1 / (m − 1) for a mean of m responses, that target is t − f e, and
///
///     adherence = (w·w + (1 − f) e·w − f e·e) / (w·w − 2 f e·w + f² e·e).
///
/// All products are of differences from the target, so that what all responses share cancels before it is squared.
public struct Adherence: Sendable {
  /// w · w, in squared activation units.
  let squaredDistance: Double
  /// f for a response that is in the target, 0 for a target that is of other responses.
  let weight: Double

  /// Of a target at the squared distance `squaredDistance` from the default, which is the mean of `members` of the responses
  /// that are scored; 0 for a target of other origin.
  ///
  /// - Precondition: `members` is not 1: with the only one left out there is no target.
  public init(squaredDistance: Double, members: Int) {
    precondition(members != 1, "a target of one response cannot do without it")
    self.squaredDistance = squaredDistance
    weight = members > 0 ? 1 / Double(members - 1) : 0
  }

  /// The adherence of a response.
  ///
  /// - Parameters:
  ///   - along: e · w.
  ///   - squared: e · e.
  ///   - isMember: whether the response is in the target.
  public func callAsFunction(along: Double, squared: Double, isMember: Bool) -> Double {
    let f = isMember ? weight : 0
    let numerator = squaredDistance + (1 - f) * along - f * squared
    return numerator / (squaredDistance - 2 * f * along + f * f * squared)
  }
}
