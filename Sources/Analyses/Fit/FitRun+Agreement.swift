internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics

extension FitRun {
  /// So many answers of a role are read, spread over its prompts and questions, and four times as many of the default.
  private static let mostAnswers = 60
  /// The bytes of half means, and of the answers of a task, that are held at a time; at least one layer of them is.
  private static let agreementBytes = 96 << 20

  /// How single answers lie along the axis of each layer of `plan`, and the answers that were read; nothing where there is no choice among
  /// layers, or the dump has no answers that tell.
  ///
  /// - Parameter factors: what the activations of each layer are multiplied by.
  func agreements(
    _ plan: FitPlan, factors: [[Double]?]
  ) async throws -> (agreements: [AnswerAgreement?], inputs: [InputDigest]) {
    guard plan.layers.count > 1, plan.hasAssistant, options.replicates > 0, fileKind("\(path)/activations") == .folder
    else { return ([], []) }
    do {
      do {
        return try await agreements(plan, factors, skipsNonFinite: false)
      } catch let error as FileError where error.fault is NonFiniteFault {
        return try await agreements(plan, factors, skipsNonFinite: true)
      }
    } catch let error as FileError where !averagesResponses && error.fault.category == .data {
      // The fit is of vectors, and stands without what lies beside them.
      log.note("the answers in activations/ have no part in the choice of a layer: \(error)")
      return ([], [])
    }
  }

  private func agreements(
    _ plan: FitPlan, _ factors: [[Double]?], skipsNonFinite: Bool
  ) async throws -> (agreements: [AnswerAgreement?], inputs: [InputDigest]) {
    let found = try await AgreementAnswers(self, plan, most: Self.mostAnswers, skipsNonFinite: skipsNonFinite)
    guard let answers = found else { return ([], []) }
    let each = (answers.roles.count + 1) * 2 * plan.vectors.hiddenSize * MemoryLayout<Double>.size
    let task = 4 * Self.mostAnswers * plan.vectors.hiddenSize * MemoryLayout<Double>.size
    let most = max(1, Self.agreementBytes / max(each, task))
    var (agreements, digests) = ([AnswerAgreement?](), [[String]](repeating: [], count: answers.roles.count + 1))
    var first = 0
    while first < plan.rows.count {
      // Rows of the files that follow each other are read together.
      var end = first + 1
      while end < plan.rows.count, end - first < most, plan.rows[end] == plan.rows[end - 1] + 1 { end += 1 }
      let own = try await self.agreements(first..<end, plan, answers, factors)
      agreements += own.agreements
      for index in digests.indices { digests[index] += own.digests[index] }
      first = end
    }
    // What was averaged is recorded already.
    let inputs = try averagesResponses ? [] : answers.inputs(digests, relativeTo: path)
    return (agreements, inputs)
  }

  private func agreements(
    _ places: Range<Int>, _ plan: FitPlan, _ answers: AgreementAnswers, _ factors: [[Double]?]
  ) async throws -> (agreements: [AnswerAgreement?], digests: [[String]]) {
    let own = Array(factors[places])
    let rows = plan.rows[places.lowerBound]..<plan.rows[places.upperBound - 1] + 1
    let numbers = Array(plan.layers[places])
    let everyone = [answers.assistant] + answers.roles
    // Few answers are read once, many once for their means and once more.
    let count = everyone.reduce(0) { $0 + $1.places.count }
    let isHeld = count * rows.count * plan.vectors.hiddenSize * MemoryLayout<Double>.size <= Self.agreementBytes
    let held =
      isHeld ? try await concurrentMap(everyone, threads: options.threads) { try $0.matrices(rows, numbers, own) } : []
    let indices = Array(everyone.indices)
    let means = try await concurrentMap(indices, threads: options.threads) { index in
      everyone[index].halfMeans(isHeld ? held[index] : try everyone[index].matrices(rows, numbers, own))
    }
    let axes = places.indices.map { layer in
      (0..<2).map { half -> HeldOutAxis? in
        let all = means.map { $0.means[layer - places.lowerBound][half] }
        return HeldOutAxis(assistant: all[0], roles: Array(all.dropFirst()))
      }
    }
    let read = try await concurrentMap(indices, threads: options.threads) { index in
      try everyone[index].answers(isHeld ? held[index] : try everyone[index].matrices(rows, numbers, own), along: axes)
    }
    let agreements = axes.indices.map { layer -> AnswerAgreement? in
      guard axes[layer].allSatisfy({ $0 != nil }) else { return nil }
      return AnswerAgreement(
        roles: read.dropFirst().map { $0[layer] }, assistant: read[0][layer], replicates: options.replicates,
        seed: options.seed)
    }
    return (agreements, means.map(\.digests))
  }
}
