internal import Dumps
internal import PersonaSpace
internal import Statistics

extension CapSweep {
  /// Adds what floors in ranges of layers do together, and which range is recommended beside the cap that is.
  ///
  /// - Parameter members: the conversations that decide.
  /// - Throws: `LinearAlgebraError`.
  func addRanges(to result: inout CapResult, members: [Int], _ run: some RunOptions) async throws {
    let count = read.thresholds.first?.count ?? 0
    guard !read.ranges.all.isEmpty, count > 0, read.thresholds.allSatisfy({ $0.count == count }) else { return }
    let kinds = CapGranularity.allCases.filter { !self.members($0).isEmpty }
    let jobs = kinds.flatMap { kind in (0..<count).map { (kind, $0) } }
    let (replicates, seed) = (run.replicates, run.seed)
    let effects = try await concurrentMap(jobs, threads: run.threads) { kind, threshold in
      let own = self.members(kind)
      let candidate = candidate(threshold, own)
      return try CapRangeEffect.effects(
        candidate.layers, candidate.ranges, names: names(own), replicates: replicates, seed: seed)
    }
    let shares = (0..<count).map(shares)
    result.ranges = read.ranges.all.enumerated().flatMap { place, range in
      zip(jobs, effects).map { job, effects in
        row(range, threshold: job.1, job.0, effects[place], defaultShare: shares[job.1][place], result.caps)
      }
    }
    .filter { $0.effect.turns > 0 }
    guard case .success(let single) = result.recommendation, result.configuration == nil else { return }
    let reference = names(members)
    func place(_ candidate: Int, _ range: Int) -> Int? {
      let (layers, kind) = (read.ranges.all[range], read.conversations[members[0]].granularity)
      let threshold = read.thresholds[layers.lowerBound][candidate]
      return result.ranges.firstIndex {
        $0.layers == Array(read.layers[layers]) && $0.granularity == kind && $0.percentile == threshold.percentile
          && ($0.tau == nil || $0.tau == threshold.tau)
      }
    }
    do {
      let found = try CapRangeRecommendation(
        count, besides: single, names: reference, strata: reference.map { $0[0] }, budget: result.budget,
        replicates: replicates, seed: seed
      ) { candidate($0, members) }
      result.chosenRange = place(found.candidate, found.range)
      result.rangeRecommendation = .success(found)
      if let row = result.chosenRange { result.ranges[row].isRecommended = true }
    } catch let obstacle as CapRangeRecommendation.Obstacle {
      result.rangeRecommendation = .failure(obstacle)
      if case .notConfirmed(let candidate, let range, _, _) = obstacle { result.chosenRange = place(candidate, range) }
    }
  }

  /// Floors at one threshold in every layer, and what they do to the conversations `members`.
  private func candidate(_ threshold: Int, _ members: [Int]) -> CapRangeRecommendation.Candidate {
    let kind = members.first.map { read.conversations[$0].granularity }
    let layers = read.layers.indices.map { layer in
      let setting = settings.first { $0.layer == layer && $0.threshold == threshold && $0.granularity == kind }
      return setting?.conversations(of: members) ?? members.map { _ in .none }
    }
    // Along other directions than the axis, what one floor moves is not what the next lacks.
    let isOnAxis = read.thresholds.allSatisfy { $0[threshold].isOnAxis }
    let ranges = read.ranges.all.enumerated().map { place, range in
      CapRangeEffect.Range(
        range,
        members.enumerated().map { index, member in
          let own = read.conversations[member]
          let fall = layers[range.upperBound - 1][index].falls?.before
          return own.ranges[place].conversation(
            threshold, fallBefore: isOnAxis ? fall.flatMap { $0.isNaN ? nil : $0 } : nil,
            isBenign: benign.contains(own.key.domain))
        })
    }
    return .init(layers, ranges, defaultShares: shares(threshold))
  }

  /// Of each range, what floors at a threshold touch of the default's own responses.
  private func shares(_ threshold: Int) -> [Double?] { read.ranges.all.map { defaultShare($0, threshold) } }

  /// What a cap of all layers of each window, at the percentile that is recommended, touches of the default's own responses.
  func windowShares(_ result: CapResult) -> [[Int]: CapResult.WindowShare] {
    guard let percentile = result.chosen.flatMap({ result.caps[$0].percentile }),
      let threshold = read.thresholds.first?.firstIndex(where: { $0.percentile == percentile })
    else { return [:] }
    var shares: [[Int]: CapResult.WindowShare] = [:]
    for layers in result.windows.compactMap(\.window) {
      guard let first = layers.first.flatMap({ read.layers.firstIndex(of: $0) }) else { continue }
      shares[layers] = defaultShare(first..<first + layers.count, threshold)
        .map { .init(percentile: percentile, share: $0) }
    }
    return shares
  }

  /// The share of the default's own responses that lie below the floor of one of the layers or another; nil if it is not known.
  private func defaultShare(_ layers: Range<Int>, _ threshold: Int) -> Double? {
    let own = layers.map { (assistant[$0], read.thresholds[$0][threshold].tau) }
    // Responses that were left out of a layer leave the rows of layers apart.
    guard let count = own.first?.0.count, count > 0, own.allSatisfy({ $0.0.count == count }) else { return nil }
    let touched = (0..<count).count { response in own.contains { $0.0[response] < $0.1 } }
    return Double(touched) / Double(count)
  }

  private func row(
    _ range: Range<Int>, threshold: Int, _ granularity: CapGranularity, _ effect: CapRangeEffect, defaultShare: Double?,
    _ caps: [CapResult.Cap]
  ) -> CapResult.RangeCap {
    let own = zip(settings, caps).filter {
      range.contains($0.0.layer) && $0.0.threshold == threshold && $0.0.granularity == granularity
    }.map(\.1)
    let floors = read.thresholds[range].map { $0[threshold] }
    let isOne = floors.allSatisfy { $0.percentile == nil && $0.tau == floors[0].tau }
    return CapResult.RangeCap(
      layers: Array(read.layers[range]), percentile: floors[0].percentile, tau: isOne ? floors[0].tau : nil,
      floors: own.map { .init(layer: $0.layer, tau: $0.tau, position: $0.tauPosition) }, granularity: granularity,
      effect: effect, lastReduction: own.last?.effect.reduction ?? Estimate(.nan),
      perturbation: own.reduce(0) { $0 + $1.effect.perturbation }, defaultShare: defaultShare)
  }
}
