internal import Statistics

extension PersonaDepth {
  /// By prompts that ask for the persona by degrees: 1 − the slope of an answer's place on its dose, both in shares of those at the
  /// largest dose. 0 where answers follow the dose in proportion, 1 where more of it takes them no further.
  ///
  /// It tells how answers follow the dose, and not how far the largest dose goes: that takes targets.
  ///
  /// - Parameters:
  ///   - responses: the answers under the prompts of the largest dose, of which the directions are learned.
  ///   - others: those under the other prompts.
  ///   - doses: the dose of each of `others`, in shares of the largest.
  ///   - reach: how far a prompt that means nothing moves the default's answers (`DefaultHalves.promptReach`).
  /// - Throws: `Fault`, or `LinearAlgebraError`.
  public init(
    of responses: PersonaResponses, graded others: PersonaResponses, doses: [Double], from assistant: DefaultAnswers,
    reach: Double, samples: Int, seed: UInt64
  ) throws {
    precondition(doses.count == others.count, "a dose for each answer")
    guard others.count > 0, doses.contains(where: { $0 != 1 }) else { throw Fault.oneDose }
    guard Set(responses.questions).count >= 2 else { throw Fault.fewAnswers }
    let reading = try ResponsePlaces(of: responses, from: assistant)
    let places = try reading.persona + reading.places(of: others, from: assistant)
    let all = [Double](repeating: 1, count: responses.count) + doses
    let floor = standardDeviation(of: reading.assistant)
    guard floor > 0, mean(of: reading.persona) / floor >= max(Self.leastDeparture, reach) else { throw Fault.notTold }
    let asked = groups(of: responses.questions + others.questions)
    func depth(_ counts: [Double]) -> Double {
      var (total, x, y, top, number) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for (question, weight) in zip(asked, counts) where weight > 0 {
        for index in question.members {
          (total, x, y) = (total + weight, x + weight * all[index], y + weight * places[index])
          if all[index] == 1 { (top, number) = (top + weight * places[index], number + weight) }
        }
      }
      var (across, square) = (0.0, 0.0)
      for (question, weight) in zip(asked, counts) where weight > 0 {
        for index in question.members {
          across += weight * (all[index] - x / total) * (places[index] - y / total)
          square += weight * (all[index] - x / total) * (all[index] - x / total)
        }
      }
      return number > 0 && square > 0 ? 1 - across / square / (top / number) : .nan
    }
    let resamples = Resamples(of: asked.count, count: samples, seed: seed, purpose: .responses)
    let interval = Interval(
      percentilesOf: (0..<samples).map { depth(resamples.counts($0)) }, clusters: asked.count)
    self.init(.dose, Estimate(depth([Double](repeating: 1, count: asked.count)), interval))
  }
}
