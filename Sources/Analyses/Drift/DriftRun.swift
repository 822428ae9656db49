internal import Dumps
public import Files
internal import PersonaSpace
internal import Statistics

/// Measures drift and tethers, and writes the tables of them.
public struct DriftRun: Sendable {
  /// The files it writes in any case.
  public static let outputs = ["conversations.csv", "curves.csv", "tether.csv", "drift.csv"]
  /// The files it writes where there is something to put into them: regenerations, conditions to compare, users' turns.
  public static let optionalOutputs = [
    "superposition.csv", "conditions.csv", "user_conversations.csv", "user_curves.csv",
  ]

  let tracks, users: [TurnTable.Track]
  let path: String
  let options: DriftOptions
  let log: RunLog

  /// The drift along `tracks`.
  ///
  /// - Throws: `FileError` if a layer or condition is not there.
  public init(_ tracks: DriftTracks, options: DriftOptions = DriftOptions(), log: RunLog = .silent) throws {
    let present = tracks.layers
    let wanted = try located(tracks.path) { Set(try options.layers.indices(in: present).map { present[$0] }) }
    for name in options.comparison ?? [] where !tracks.conditions.contains(name) {
      throw FileError(path: tracks.path, fault: DriftFault.noSuchCondition(name, present: tracks.conditions))
    }
    self.tracks = tracks.tracks.filter { wanted.contains($0.layer) }
    users = tracks.users.filter { wanted.contains($0.layer) }
    (path, self.options, self.log) = (tracks.path, options, log)
  }

  /// Measures and writes to `output`, which the caller commits.
  ///
  /// - Throws: `FileError` if there is no memory, or an output cannot be written.
  public func run(into output: OutputFolder) async throws -> DriftResult {
    let (conversations, groups) = try await measured(tracks, hasTether: true)
    for note in DriftNotes.notes(conversations) { log.note(note) }
    let (userConversations, userGroups) = try await measured(users, hasTether: false)
    let result = DriftResult(
      conversations: conversations, groups: groups, userConversations: userConversations, userGroups: userGroups,
      comparison: options.comparison ?? [], contrasts: try await contrasts(conversations),
      threshold: options.threshold, isResampled: options.replicates > 0)
    try output.write(DriftTables.conversations(conversations), to: "conversations.csv")
    try output.write(DriftTables.curves(groups), to: "curves.csv")
    try output.write(TetherTables.tether(groups), to: "tether.csv")
    try output.write(TetherTables.drift(groups), to: "drift.csv")
    if groups.contains(where: { $0.superposition != nil }) {
      try output.write(DriftTables.superposition(groups), to: "superposition.csv")
    }
    if options.comparison != nil { try output.write(DriftTables.contrasts(result), to: "conditions.csv") }
    if !userConversations.isEmpty {
      try output.write(DriftTables.conversations(userConversations), to: "user_conversations.csv")
      try output.write(DriftTables.curves(userGroups), to: "user_curves.csv")
    }
    return result
  }

  private func measured(
    _ tracks: [TurnTable.Track], hasTether: Bool
  ) async throws -> (conversations: [DriftResult.Conversation], groups: [DriftResult.Group]) {
    let chunks = stride(from: 0, to: tracks.count, by: 256).map { Array(tracks[$0..<min($0 + 256, tracks.count)]) }
    let conversations = try await concurrentMap(chunks, threads: options.threads) { [options] tracks in
      tracks.map {
        DriftResult.Conversation(
          key: $0.key, layer: $0.layer, drift: ConversationDrift($0.track, threshold: options.threshold),
          changePoint: ChangePoint($0.track, isTested: options.replicates > 0, seed: options.seed), track: $0.track,
          errors: $0.errors, tokens: $0.tokens,
          relative: RelativeDrift($0.track, baselines: $0.baselines, threshold: options.threshold))
      }
    }.flatMap { $0 }
    var members = grouped(conversations) { [$0.domain, $0.condition, $0.persona, "\($0.layer)"] }
      .map { ($0, isEveryDomain: false) }
    members += grouped(conversations) { [$0.condition, $0.persona, "\($0.layer)"] }
      .filter { Set($0.map(\.domain)).count > 1 }.map { ($0, isEveryDomain: true) }
    func turns(_ group: ([DriftResult.Conversation], isEveryDomain: Bool)) -> Int {
      group.0.reduce(0) { $0 + $1.track.turns.count }
    }
    let groups = try await concurrentMap(members, threads: options.threads, cost: turns) {
      [options, path] members, isEveryDomain in
      // Samples draw by place, and sums round by order: neither is to hang on the order of a table's rows.
      let members = members.sorted { $0.key.precedes($1.key) }
      return try located(path) {
        try Self.group(members, isEveryDomain: isEveryDomain, hasTether: hasTether, options)
      }
    }
    return (conversations, groups)
  }

  private static func group(
    _ members: [DriftResult.Conversation], isEveryDomain: Bool, hasTether: Bool, _ options: DriftOptions
  ) throws -> DriftResult.Group {
    let (replicates, seed) = (options.replicates, options.seed)
    let group = ConversationGroup(members.map(\.track), names: members.map { [$0.domain, $0.name] })
    let levels =
      hasTether && isEveryDomain && !members[0].persona.isEmpty
      ? DomainLevels(group, domains: members.map(\.domain), seed: seed) : nil
    let tether: GroupTether? =
      if !hasTether { nil } else if !members[0].key.isPersonaKnown {
        .strangePersona
      } else if isEveryDomain, levels?.mayBePooled != true {
        .severalDomains(levels)
      } else { Self.tether(group, members, options) }
    return DriftResult.Group(
      domain: isEveryDomain ? nil : members[0].domain, condition: members[0].condition, persona: members[0].persona,
      layer: members[0].layer,
      drift: try GroupDrift(members.map(\.drift), group, replicates: replicates, seed: seed),
      curve: isEveryDomain ? [] : try driftCurve(group, replicates: replicates, seed: seed), tether: tether,
      levels: levels,
      superposition: isEveryDomain ? nil : try Superposition(group, replicates: replicates, seed: seed),
      relative: try RelativeGroup(members.map(\.relative), group, replicates: replicates, seed: seed),
      length: try isEveryDomain
        ? nil : AnswerLength(group, tokens: members.map(\.tokens), replicates: replicates, seed: seed))
  }

  /// The tether of a group, with the reading errors of its turns if all have one.
  private static func tether(
    _ group: ConversationGroup, _ members: [DriftResult.Conversation], _ options: DriftOptions
  ) -> GroupTether {
    let errors = members.map(\.errors)
    // Errors of 0 are those of tokens that are all the same: no reading tells anything of itself then.
    let isRead = errors.allSatisfy { $0.allSatisfy { $0 > 0 } }
    do {
      let fit = try ConversationTether(
        group, reading: isRead ? .byTurn(errors) : .estimated, replicates: options.replicates, seed: options.seed)
      return .fitted(fit, isRead: isRead)
    } catch { return .unfit(error.reason) }
  }

  /// The conditions compared, layer by layer: by domain and persona, and all domains together.
  private func contrasts(_ conversations: [DriftResult.Conversation]) async throws -> [DriftResult.Contrast] {
    guard let names = options.comparison else { return [] }
    let compared = conversations.filter { names.contains($0.condition) }
    let layers = grouped(compared) { ["\($0.layer)"] }
    return try await concurrentMap(layers, threads: options.threads) { [options] layer in
      let members = layer.sorted { $0.key.precedes($1.key) }.map {
        DomainContrast.Conversation(
          $0.track, domain: $0.domain, persona: $0.persona, name: $0.name, isSecond: $0.condition == names[1])
      }
      return DomainContrast.all(
        members, threshold: options.threshold, replicates: options.replicates, seed: options.seed
      ).map {
        DriftResult.Contrast(
          domain: $0.domain, persona: $0.persona, layer: layer[0].layer, contrast: $0.contrast,
          falseDiscoveryRate: $0.falseDiscoveryRate, cut: $0.cut)
      }
    }.flatMap { $0 }
  }
}
