internal import Statistics

/// How much better two states predict answers to questions that were left out than one does.
public struct HeldOutAdvantage: Sendable, Equatable {
  /// The mean gain of log-likelihood an answer, in nats.
  public let value: Double
  /// Its standard error, over questions.
  public let standardError: Double

  /// `value` in standard errors; 0 where neither is there.
  public var t: Double { standardError > 0 ? value / standardError : 0 }

  /// Both models fitted without each block of questions in turn, the family of each chosen there.
  ///
  /// - Precondition: at least 2 questions.
  init(of places: [Double], questions: [Int], floor: Double, isFree: Bool) {
    let blocks = ResponsePlaces.blocks(of: questions)
    let folds = questions.map { blocks[$0] ?? 0 }
    var gains = [Double](repeating: 0, count: places.count)
    for fold in 0...(folds.max() ?? 0) {
      let training = places.indices.filter { folds[$0] != fold }.map { places[$0] }
      let one = SingleState(of: training, floor: floor)
      let two = StateMixture(of: training, floor: floor, isFree: isFree, tolerance: 1e-4).predicting(
        from: training.count)
      for index in places.indices where folds[index] == fold {
        gains[index] = two.logDensity(places[index]) - one.logDensity(places[index])
      }
    }
    let centre = mean(of: gains)
    let asked = groups(of: questions)
    let squares = asked.reduce(0) { sum, own in
      let deviation = own.members.reduce(0) { $0 + gains[$1] - centre }
      return sum + deviation * deviation
    }
    value = centre
    standardError =
      (squares * Double(asked.count) / Double(asked.count - 1)).squareRoot() / Double(places.count)
  }
}
