public import Dumps
internal import Files
public import PersonaSpace

/// How the halves of the responses agree under one division.
public struct ResponseSplit: Sendable {
  /// What was halved.
  public let division: ResponseHalf.Division
  /// The roles with enough responses in both halves.
  public let roles: Int
  /// The responses averaged in the first and the second half, the default's included.
  public let responses: [Int]
  /// Those of the default in either half.
  public let assistantResponses: [Int]
  /// Of each layer; nil where a half has no axis.
  public let layers: [SplitHalf?]
}

extension FitRun {
  /// A role needs this share of `--min-count` in either half: by lot one half of 50 responses can have few of them.
  private static let leastShare = 4

  /// Fits the halves of the responses by themselves, under each division that the responses allow.
  ///
  /// - Throws: `FileError` if there are no responses, or what reading them throws.
  func splits(_ plan: FitPlan, _ manifest: Manifest, into output: OutputFolder) async throws -> [ResponseSplit] {
    var settings = responseOptions
    let sources = try settings.sources(path)
    let isScored = sources.scoresFolder != nil
    let minimum = settings.filter.minimum ?? (isScored ? ResponseFilter.usualMinimum : 1)
    settings.filter.minimum = max(1, minimum / Self.leastShare)
    settings.filter.matchesQuestions = false
    guard sources.assistant != nil else {
      log.note(
        "no split halves: '\(options.assistantName)' has no responses in activations/, and both would share its one vector"
      )
      return []
    }
    let keys = try await concurrentMap(sources.all, threads: options.threads) { [settings] source in
      let file = try ResponseFile(source, slot: settings.slot)
      return try RoleJob.sorted(file, source, isAssistant: source == sources.assistant, settings, isScored).kept
        .map(\.key)
    }
    var found: [ResponseSplit] = []
    for division in ResponseHalf.Division.allCases {
      if let obstacle = obstacle(to: division, keys) {
        log.note("no split halves over \(division.rawValue): \(obstacle)")
      } else if let split = try await split(division, settings, plan, manifest, into: output) {
        found.append(split)
      }
    }
    return found
  }

  /// Why responses with these keys, the default's first, have no halves; nil if they may.
  private func obstacle(to division: ResponseHalf.Division, _ keys: [[String]]) -> String? {
    if let unread = keys.joined().first(where: { ResponseKey($0) == nil }) {
      return "the key '\(unread)' is not of the form <label>_p<prompt>_q<question>"
    }
    let half = ResponseHalf(division, isSecond: false, seed: options.seed)
    let own = keys[0].compactMap { ResponseKey($0) }
    let numbers = Set(own.map { ResponseHalf.number(of: $0, division) })
    if numbers.count < 2 { return "the default's responses are of \(numbers.count) of them" }
    let first = own.count(where: half.contains)
    return first == 0 || first == own.count
      ? "the default's responses are all of one half; another --seed parts others" : nil
  }

  private func split(
    _ division: ResponseHalf.Division, _ settings: VectorsOptions, _ plan: FitPlan, _ manifest: Manifest,
    into output: OutputFolder
  ) async throws -> ResponseSplit? {
    // What there is to say of the responses was said when they were averaged whole.
    let quiet = RunLog(note: { _ in }, report: log.report)
    var halves: [AveragedResponses] = []
    for isSecond in [false, true] {
      var settings = settings
      settings.filter.half = ResponseHalf(division, isSecond: isSecond, seed: options.seed)
      let name = "\(output.path)/split-\(division.rawValue)-\(isSecond ? 2 : 1)"
      halves.append(
        try await ResponseMeans(path: path, manifest: manifest, options: settings, log: quiet).run(besides: name))
    }
    output.whenCommitted { [halves] in for half in halves { half.parts.remove() } }
    let wanted = Set(plan.names).intersection(halves[1].roles.map(\.role))
    let roles = halves[0].roles.map(\.role).filter(wanted.contains)
    guard roles.count >= 3 else {
      log.note(
        "no split halves over \(division.rawValue): \(roles.count) roles have \(settings.filter.minimum ?? 1) responses in both"
      )
      return nil
    }
    let missing = plan.names.filter { !roles.contains($0) }
    if !missing.isEmpty {
      log.note(
        "split halves over \(division.rawValue): without \(listed(missing)), which have fewer than \(settings.filter.minimum ?? 1) responses in one"
      )
    }
    let sets = try halves.map { half in
      try RoleVectorSet(
        averaged: RoleSources(
          averaged: roles.map(half.source), assistant: half.parts.source(ofRole: options.assistantName)),
        rows: half.layers.count, hiddenSize: half.hiddenSize)
    }
    let layers = try await concurrentMap(Array(plan.layers.indices), threads: options.threads) { [options] index in
      let spaces = try sets.map { set -> LayerSpace in
        let group = try set.read(index..<index + 1, selection: Array(roles.indices))
        return try located(path, place: "layer \(plan.layers[index]), half of the \(division.rawValue)") {
          try LayerSpace(roles: group.roles[0], assistant: group.assistant[0], keeping: 1, scaling: options.scaling)
        }
      }
      return SplitHalf(spaces[0], spaces[1])
    }
    let used = Set(roles)
    return ResponseSplit(
      division: division, roles: roles.count,
      responses: halves.map { half in
        half.all.filter { used.contains($0.role) || $0.role == options.assistantName }.reduce(0) { $0 + $1.counts.kept }
      },
      assistantResponses: halves.map { $0.assistant?.counts.kept ?? 0 }, layers: layers)
  }
}
