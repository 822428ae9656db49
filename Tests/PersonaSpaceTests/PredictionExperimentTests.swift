import LinearAlgebra
import PersonaSpace
import Statistics
import Testing

@Suite struct PredictionExperimentTests {
  /// Turns whose position is 1 − `slope` · turn + `weight` · first coordinate of the embedding + noise of `sigma`.
  private func turns(
    conversations: Int, slope: Double = 0, weight: Double, sigma: Double, seed: UInt64, length: Int? = nil
  ) -> [PredictedTurn] {
    var random = SeededGenerator(seed: seed)
    return (0..<conversations).flatMap { group -> [PredictedTurn] in
      var previous: Double?
      return (0..<6).map { turn in
        let embedding = random.gaussians(8)
        let position = 1 - slope * Double(turn) + weight * embedding[0] + sigma * random.nextGaussian()
        defer { previous = position }
        return PredictedTurn(
          group: group, condition: "", turn: turn, position: position, previous: previous, length: length,
          embedding: FeatureRow(embedding))
      }
    }
  }

  private func assessed(_ turns: [PredictedTurn], replicates: Int = 0) throws -> [AssessedModel] {
    let experiment = try PredictionExperiment(turns, folds: 5, replicates: replicates, seed: 3)
    return try experiment.assessed(try experiment.fits.map(experiment.predictions))
  }

  private func model(_ name: String, _ models: [AssessedModel], _ target: PredictionTarget = .level) throws
    -> AssessedModel
  {
    try #require(models.first { $0.name == name && $0.target == target })
  }

  /// Positions with the variance .25 that embeddings explain and .25 that nothing does: R² is .5.
  @Test func whatEmbeddingsExplainIsFound() throws {
    let models = try assessed(turns(conversations: 200, weight: 0.5, sigma: 0.5, seed: 1), replicates: 200)
    let (own, turn) = (try model("embeddings", models), try model("turn", models))
    // 1000 rows: R² has a standard deviation of about .02, and 9 coefficients cost hardly anything.
    #expect(abs(own.skill.r2 - 0.5) < 0.08)
    #expect(abs(turn.skill.r2) < 0.03)
    let gain = try #require(try model("embeddings+baselines", models).gain)
    #expect(try #require(gain.interval).low > 0.3)
    #expect(turn.gain == nil && turn.penalty == nil)
    #expect(own.rows == 1000 && own.conversations == 200)
    #expect(try model("embeddings, first turns too", models).rows == 1200)
    #expect(!models.contains { $0.name == "embeddings, first turns too" && $0.target == .change })
  }

  @Test func embeddingsOfNothingGainNothing() throws {
    let models = try assessed(turns(conversations: 100, slope: 0.1, weight: 0, sigma: 0.2, seed: 2), replicates: 200)
    let gain = try #require(try model("embeddings+baselines", models).gain)
    let interval = try #require(gain.interval)
    #expect(gain.gain < 0.02 && interval.low < 0)
    // Turns 1 to 5 at .1 each have the variance .02, noise .04: R² is a third.
    #expect(abs(try model("turn", models).skill.r2 - 1.0 / 3) < 0.1)
  }

  /// Embeddings of noise, each conversation a second time: positions are noise about a level of their own for each message, so
  /// that whoever has learned a message in the one conversation knows it in the other.
  @Test func messagesInTwoConversationsPredictNothing() throws {
    var random = SeededGenerator(seed: 7)
    let levels = turns(conversations: 40, weight: 0, sigma: 0.5, seed: 8)
    let twice = [0, 40].flatMap { offset in
      levels.map { turn in
        PredictedTurn(
          group: turn.group + offset, condition: offset == 0 ? "a" : "b", turn: turn.turn,
          position: turn.position + 0.1 * random.nextGaussian(), previous: turn.previous, length: nil,
          embedding: turn.embedding)
      }
    }
    let experiment = try PredictionExperiment(twice, folds: 5, replicates: 200, seed: 3)
    #expect(experiment.shared.messages == 240 && experiment.shared.conversations == 80)
    #expect(experiment.shared.groups == 40 && !experiment.shared.hangTogether)
    let own = try model("embeddings", try experiment.assessed(try experiment.fits.map(experiment.predictions)))
    #expect(own.skill.r2 < 0.05 && own.conversations == 80)
    #expect(try #require(own.skill.interval).low <= 0)
  }

  /// 0 and 1 share a message, 1 and 3 another; a message that all have makes them one, which cannot be held out.
  @Test func conversationsHangTogetherThroughOthers() throws {
    var own = turns(conversations: 6, weight: 0.1, sigma: 0.1, seed: 9)
    func put(_ embedding: [Double], _ group: Int, _ turn: Int) {
      let old = own[group * 6 + turn]
      own[group * 6 + turn] = PredictedTurn(
        group: group, condition: "", turn: turn, position: old.position, previous: old.previous, length: nil,
        embedding: FeatureRow(embedding))
    }
    let words = (0..<3).map { [Double](repeating: Double($0), count: 8) }
    for (word, group, turn) in [(0, 0, 1), (0, 1, 2), (1, 1, 4), (1, 3, 0)] { put(words[word], group, turn) }
    let some = try PredictionExperiment(own, folds: 9, replicates: 0, seed: 3)
    #expect(some.shared.messages == 2)
    #expect(some.shared.conversations == 3)
    #expect(some.shared.groups == 4)
    #expect(some.folds == 4)
    for group in 0..<6 { put(words[2], group, 5) }
    let all = try PredictionExperiment(own, folds: 9, replicates: 0, seed: 3)
    #expect(all.shared.messages == 3 && all.shared.conversations == 6)
    #expect(all.shared.hangTogether && all.folds == 6)
  }

  /// The model of the turn alone against a straight line through the training turns of each fold, written out.
  @Test func theTurnAloneIsALineFoldByFold() throws {
    let all = turns(conversations: 12, slope: 0.1, weight: 0.1, sigma: 0.1, seed: 4)
    let following = all.filter { $0.previous != nil }
    let folds = GroupedFolds(groups: following.map(\.group), count: 5, seed: 3)
    var (errors, deviations) = (0.0, 0.0)
    let middle = following.reduce(0) { $0 + $1.position } / Double(following.count)
    for (fold, asked) in folds.heldOut.enumerated() {
      let known = folds.training(fold).map { following[$0] }
      let (x, y) = (known.map { Double($0.turn) }, known.map(\.position))
      let (meanX, meanY) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
      let slope =
        zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) } / x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
      for row in asked {
        let error = following[row].position - meanY - slope * (Double(following[row].turn) - meanX)
        errors += error * error
        deviations += (following[row].position - middle) * (following[row].position - middle)
      }
    }
    #expect(abs(try model("turn", try assessed(all)).skill.r2 - (1 - errors / deviations)) < 1e-10)
  }

  @Test func baselinesAreThoseThatAreKnown() throws {
    let plain = try assessed(turns(conversations: 8, weight: 0.1, sigma: 0.1, seed: 5))
    #expect(!plain.contains { ["condition", "condition+turn", "length"].contains($0.name) })
    let lengths = try assessed(turns(conversations: 8, weight: 0.1, sigma: 0.1, seed: 5, length: 40))
    #expect(lengths.contains { $0.name == "length" })
  }

  @Test func obstaclesAreNamed() {
    #expect(throws: PredictionExperiment.Obstacle.tooFewConversations(4)) {
      try PredictionExperiment(
        turns(conversations: 4, weight: 1, sigma: 1, seed: 1), folds: 5, replicates: 0, seed: 0)
    }
    #expect(throws: PredictionExperiment.Obstacle.constantPositions) {
      try PredictionExperiment(
        turns(conversations: 6, weight: 0, sigma: 0, seed: 1), folds: 5, replicates: 0, seed: 0)
    }
  }
}
