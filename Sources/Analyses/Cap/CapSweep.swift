internal import Dumps
internal import PersonaSpace
internal import Statistics

/// A sweep put together: what each cap does, and which is recommended.
struct CapSweep: Sendable {
  /// One cap, and what it does to conversations.
  struct Setting: Sendable {
    /// The layer and the threshold, by their places.
    let layer, threshold: Int
    let granularity: CapGranularity
    let defaultShare: Double?
    /// The conversations that have a turn here, by their places among those of the sweep, and what it does to each.
    let members: [Int]
    let conversations: [CapEffect.Conversation]

    /// What it does to the conversations `wanted`, in the order of all; nothing to those that have no turn here.
    func conversations(of wanted: [Int]) -> [CapEffect.Conversation] {
      let known = Dictionary(uniqueKeysWithValues: zip(members, conversations))
      return wanted.map { known[$0] ?? .none }
    }
  }

  let read: CappedConversations
  let settings: [Setting]
  let benign: Set<String>
  /// The projections of the default's own responses, layer by layer; empty where there are none.
  let assistant: [[Double]]
  /// The conversations by their names, as places.
  private let order: [Int]

  /// Of the conversations `read`, of which those of the domains `benign` should be left alone.
  ///
  /// - Parameter assistant: the projections of the default's own responses, layer by layer of the sweep; empty where there are none.
  init(_ read: CappedConversations, benign: Set<String>, assistant: [[Double]]) {
    (self.read, self.benign, self.assistant) = (read, benign, assistant)
    let order = read.conversations.indices.sorted {
      read.conversations[$0].key.precedes(read.conversations[$1].key)
    }
    self.order = order
    let present = CapGranularity.allCases.filter { kind in read.conversations.contains { $0.granularity == kind } }
    settings = read.layers.indices.flatMap { layer in
      read.thresholds[layer].indices.flatMap { threshold in
        present.map { granularity in
          let projections = assistant[layer]
          let touched = projections.count { read.thresholds[layer][threshold].intervention.touches($0) }
          let found = order.filter { read.conversations[$0].granularity == granularity }.compactMap { place in
            let own = read.conversations[place]
            return own.layers[layer].conversation(
              threshold, count: own.turnCount, norm: read.axes[layer].norm, isBenign: benign.contains(own.key.domain)
            ).map { (place, $0) }
          }
          return Setting(
            layer: layer, threshold: threshold, granularity: granularity,
            defaultShare: projections.isEmpty ? nil : Double(touched) / Double(projections.count),
            members: found.map(\.0), conversations: found.map(\.1))
        }
      }
    }
  }

  /// What conversations are called: regenerations of one share a name.
  func names(_ members: [Int]) -> [[String]] {
    members.map { [read.conversations[$0].key.domain, read.conversations[$0].key.conversation] }
  }

  /// The conversations of one granularity, in order.
  func members(_ granularity: CapGranularity) -> [Int] {
    order.filter { read.conversations[$0].granularity == granularity }
  }

  /// A setting that may be recommended, with the conversations that decide.
  struct Choice {
    let place: Int
    let members: [Int]
  }

  /// `choices` with the conversations that all of them have, as others could not be compared; those that have less than half as many as
  /// the fullest, as of a layer in which most were left out, are no choice.
  private static func common(_ choices: [Choice]) -> [Choice] {
    let most = choices.map(\.members.count).max() ?? 0
    let kept = choices.filter { !$0.members.isEmpty && 2 * $0.members.count >= most }
    guard let first = kept.first else { return [] }
    let shared = kept.dropFirst().reduce(Set(first.members)) { $0.intersection($1.members) }
    return kept.map { Choice(place: $0.place, members: $0.members.filter(shared.contains)) }
  }

  /// The caps among which one is recommended, with the conversations that decide: those in which the model was asked to be nobody, where
  /// there are any; of tokens where these are enough, as what turns' means say is a bound.
  private func choices() -> [Choice] {
    func of(_ kind: CapGranularity) -> [Choice] {
      settings.indices.filter { settings[$0].granularity == kind }.map { place in
        let all = settings[place].members
        let unasked = all.filter { read.conversations[$0].key.persona.isEmpty }
        return Choice(place: place, members: unasked.isEmpty ? all : unasked)
      }
    }
    let (tokens, means) = (Self.common(of(.token)), Self.common(of(.turn)))
    let count = tokens.first.map { Set(names($0.members)).count } ?? 0
    return count >= CapRecommendation.leastConversations || means.isEmpty ? tokens : means
  }

  /// What each cap does, layers apart.
  private func effects(_ run: some RunOptions) async throws -> [CapEffect] {
    // Settings of one layer and granularity have the same conversations.
    let groups = settings.indices.reduce(into: [[Int]]()) { groups, place in
      let own = settings[place]
      let match = groups.lastIndex {
        let other = settings[$0[0]]
        return other.layer == own.layer && other.granularity == own.granularity
      }
      if let match { groups[match].append(place) } else { groups.append([place]) }
    }
    let (replicates, seed) = (run.replicates, run.seed)
    let found = try await concurrentMap(groups, threads: run.threads) { group in
      try CapEffect.effects(
        group.map { settings[$0].conversations }, names: names(settings[group[0]].members), replicates: replicates,
        seed: seed)
    }
    let placed = zip(groups.joined(), found.joined()).sorted { $0.0 < $1.0 }
    return placed.map(\.1)
  }

  /// The result, with intervals by `run`.
  ///
  /// - Throws: `LinearAlgebraError`.
  func result(
    budget: Double, calibration: String?, configuration: String? = nil, _ run: some RunOptions
  ) async throws -> CapResult {
    var caps = zip(settings, try await effects(run)).map { setting, effect in
      let threshold = read.thresholds[setting.layer][setting.threshold]
      return CapResult.Cap(
        layer: read.layers[setting.layer], percentile: threshold.percentile, tau: threshold.tau,
        intervention: threshold.intervention,
        tauPosition: threshold.isOnAxis ? read.axes[setting.layer].position(ofProjection: threshold.tau) : .nan,
        granularity: setting.granularity, effect: effect, defaultShare: setting.defaultShare)
    }
    let choices = choices()
    let members = choices.first?.members ?? []
    let reference = names(members)
    var (chosen, found) = (nil as Int?, Result<CapRecommendation, CapRecommendation.Obstacle>.failure(.noFall))
    do {
      guard settings.allSatisfy({ !read.thresholds[$0.layer][$0.threshold].tau.isNaN }) else {
        throw CapRecommendation.Obstacle.noFloors
      }
      let recommendation = try CapRecommendation(
        choices.map {
          .init(settings[$0.place].conversations(of: $0.members), defaultShare: settings[$0.place].defaultShare)
        },
        names: reference, strata: reference.map { $0[0] }, budget: budget, replicates: run.replicates, seed: run.seed)
      (chosen, found) = (choices[recommendation.choice.candidate].place, .success(recommendation))
      caps[choices[recommendation.choice.candidate].place].isRecommended = true
    } catch let obstacle as CapRecommendation.Obstacle {
      found = .failure(obstacle)
      if case .notConfirmed(let choice) = obstacle { chosen = choices[choice.candidate].place }
    }
    var result = CapResult(
      caps: caps, layers: read.layers, calibration: calibration, configuration: configuration, recommendation: found,
      chosen: chosen, budget: budget,
      hasBenignDomains: read.conversations.contains { benign.contains($0.key.domain) })
    try await addRanges(to: &result, members: members, run)
    return result
  }
}
