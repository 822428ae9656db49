internal import Dumps
internal import PersonaSpace
internal import Statistics

/// The rows of a sweep put together: what each cap does, and which is recommended.
struct CapSweep {
  /// One cap, and what it does to each conversation.
  private struct Setting {
    let layer: Int
    let threshold: CapThreshold
    let granularity: CapGranularity
    let tauPosition: Double
    let defaultShare: Double?
    let conversations: [[CapTurn]]
  }

  private let settings: [Setting]
  private let benign: Set<String>

  /// Of `rows`, under the thresholds that `sweep` has of each layer of the space.
  ///
  /// - Parameter assistant: the projections of the default's own responses, layer by layer of the space; empty where there are none.
  init(
    _ rows: [CapTurn], _ sweep: [[CapThreshold]], _ plan: TurnPlan, benign: Set<String>, assistant: [[Double]]
  ) {
    struct Place: Hashable {
      let layer: Int
      let threshold: CapThreshold
      let granularity: CapGranularity
    }
    let byPlace = Dictionary(grouping: rows) {
      Place(layer: $0.layer, threshold: $0.threshold, granularity: $0.granularity)
    }
    let present = CapGranularity.allCases.filter { kind in rows.contains { $0.granularity == kind } }
    settings = zip(plan.wanted, plan.layers).flatMap { index, layer in
      sweep[index].flatMap { threshold in
        present.map { granularity in
          let own = byPlace[Place(layer: layer, threshold: threshold, granularity: granularity)] ?? []
          let projections = assistant[index]
          let below = projections.count { threshold.intervention.touches($0) }
          return Setting(
            layer: layer, threshold: threshold, granularity: granularity,
            tauPosition: threshold.isOnAxis
              ? plan.space.axes[index].position(ofProjection: threshold.tau) : .nan,
            defaultShare: projections.isEmpty ? nil : Double(below) / Double(projections.count),
            conversations: grouped(own) {
              [$0.key.domain, $0.key.conversation, $0.key.condition, $0.key.persona, $0.key.sample]
            }
            .sorted { $0[0].key.precedes($1[0].key) })
        }
      }
    }
    self.benign = benign
  }

  /// A conversation under a cap.
  private func conversation(_ rows: [CapTurn]) -> CapEffect.Conversation {
    let (turns, count) = (rows.map(\.turn), rows.first?.turnCount)
    return CapEffect.Conversation(
      before: ConversationTrack(positions: rows.map(\.positionBefore), turns: turns, count: count),
      after: ConversationTrack(positions: rows.map(\.positionAfter), turns: turns, count: count),
      shares: rows.map(\.capped.cappedShare), pullbacks: rows.map(\.capped.pullback),
      perturbations: rows.map(\.capped.perturbation), isBenign: benign.contains(rows[0].key.domain))
  }

  private static func names(_ conversations: [[CapTurn]]) -> [[String]] {
    conversations.map { [$0[0].key.domain, $0[0].key.conversation] }
  }

  /// `choices` with the conversations that all of them have, as others could not be compared; those that have less than half as many as
  /// the fullest, as of a layer in which most were left out, are no choice.
  private static func common(
    _ choices: [(place: Int, conversations: [[CapTurn]])]
  ) -> [(place: Int, conversations: [[CapTurn]])] {
    let most = choices.map(\.conversations.count).max() ?? 0
    let kept = choices.filter { !$0.conversations.isEmpty && 2 * $0.conversations.count >= most }
    func keys(_ conversations: [[CapTurn]]) -> Set<ConversationKey> { Set(conversations.map { $0[0].key }) }
    guard let first = kept.first else { return [] }
    let shared = kept.dropFirst().reduce(keys(first.conversations)) { $0.intersection(keys($1.conversations)) }
    return kept.map { ($0.place, $0.conversations.filter { shared.contains($0[0].key) }) }
  }

  /// The caps among which one is recommended, with the conversations that decide: those in which the model was asked to be nobody, where
  /// there are any; of tokens where these are enough, as what turns' means say is a bound.
  private func choices() -> [(place: Int, conversations: [[CapTurn]])] {
    func of(_ kind: CapGranularity) -> [(place: Int, conversations: [[CapTurn]])] {
      settings.indices.filter { settings[$0].granularity == kind }.map { place in
        let all = settings[place].conversations
        let unasked = all.filter { $0[0].key.persona.isEmpty }
        return (place, unasked.isEmpty ? all : unasked)
      }
    }
    let (tokens, means) = (Self.common(of(.token)), Self.common(of(.turn)))
    let count = tokens.first.map { Set(Self.names($0.conversations)).count } ?? 0
    return count >= CapRecommendation.leastConversations || means.isEmpty ? tokens : means
  }

  /// The result, with intervals by `settings`.
  ///
  /// - Throws: `LinearAlgebraError`.
  func result(
    budget: Double, calibration: String?, configuration: String? = nil, layers: [Int], _ run: some RunOptions
  ) throws -> CapResult {
    let assessed = settings.map { setting in
      (setting, conversations: setting.conversations.map(conversation))
    }
    var caps = try assessed.map { setting, conversations in
      CapResult.Cap(
        layer: setting.layer, percentile: setting.threshold.percentile, tau: setting.threshold.tau,
        intervention: setting.threshold.intervention, tauPosition: setting.tauPosition,
        granularity: setting.granularity,
        effect: try CapEffect(
          conversations, names: Self.names(setting.conversations), replicates: run.replicates, seed: run.seed),
        defaultShare: setting.defaultShare)
    }
    let choices = choices()
    let reference = choices.first.map { Self.names($0.conversations) } ?? []
    let eligible = choices.map(\.place)
    var (chosen, found) = (nil as Int?, Result<CapRecommendation, CapRecommendation.Obstacle>.failure(.noFall))
    do {
      guard settings.allSatisfy({ !$0.threshold.tau.isNaN }) else { throw CapRecommendation.Obstacle.noFloors }
      let recommendation = try CapRecommendation(
        choices.map {
          .init($0.conversations.map(conversation), defaultShare: settings[$0.place].defaultShare)
        }, names: reference, strata: reference.map { $0[0] }, budget: budget, replicates: run.replicates,
        seed: run.seed)
      (chosen, found) = (eligible[recommendation.choice.candidate], .success(recommendation))
      caps[eligible[recommendation.choice.candidate]].isRecommended = true
    } catch let obstacle as CapRecommendation.Obstacle {
      found = .failure(obstacle)
      if case .notConfirmed(let choice) = obstacle { chosen = eligible[choice.candidate] }
    }
    return CapResult(
      caps: caps, layers: layers, calibration: calibration, configuration: configuration, recommendation: found,
      chosen: chosen, budget: budget,
      hasBenignDomains: assessed.contains { $0.conversations.contains(where: \.isBenign) })
  }
}
