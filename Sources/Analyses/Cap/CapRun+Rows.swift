internal import Dumps
internal import Files
internal import PersonaSpace

extension CapRun {
  /// The turns of `plan` under the floors that `sweep` has of each layer of the space; of a configuration along its own directions.
  func conversations(
    _ sweep: [[CapThreshold]], _ plan: TurnPlan, _ ranges: CapRanges, along configured: ConfiguredCaps? = nil
  ) async throws -> CappedConversations {
    let reach = try await plan.roleReaches()
    let axes = plan.wanted.map { space.axes[$0] }
    let thresholds = plan.wanted.map { sweep[$0] }
    var reading = TurnPass<CapPart>.Reading(name: "cap", tokens: .places)
    if let configured {
      reading.tokensAlong = Dictionary(uniqueKeysWithValues: zip(configured.indices, configured.directions.axes))
    }
    let cosines = configured.map { Dictionary(uniqueKeysWithValues: zip($0.indices, $0.cosines)) }
    let scales = axes.map { $0.isAnchored ? 1 / abs($0.norm) : 1 }
    let pass = try await TurnPass(sharesOf: plan, reading, log: log) { share in
      var columns = thresholds.map { CapColumns(thresholds: $0.count, room: share.turns.count) }
      var walk = CapRangeWalk(ranges, thresholds: thresholds, scales: scales)
      for (number, turn) in zip(share.numbers, share.turns) {
        for (place, own) in turn.enumerated() {
          guard let own else { continue }
          columns[place].add(
            number, own, under: thresholds[place],
            reach: TurnPlan.ratio(own.reading.offAxisDistance, reach[plan.layers[place]]),
            cosine: cosines?[plan.wanted[place]])
        }
        walk.add(turn.map { $0?.tokens }, isFirst: number == 0, isLast: number == share.count - 1)
      }
      // What ranges make of a share stands beside its first layer.
      return columns.enumerated().map { place, columns in
        [
          CapPart(
            key: share.key, count: share.count, areMeans: share.areMeans, columns: columns,
            ranges: place == 0 ? walk.sums : [])
        ]
      }
    }
    return CappedConversations(
      layers: plan.layers, thresholds: thresholds, axes: axes, ranges: ranges,
      conversations: pass.spoken.compactMap { CappedConversation($0.reduced) })
  }

  /// The configuration that says where to cap, held against the space; nil without one. What a user should know of it is noted.
  func configuredCaps() throws -> ConfiguredCaps? {
    guard case .configuration(let configuration, let path) = thresholds else { return nil }
    let caps = try ConfiguredCaps(configuration, at: path, space, layers: options.layers)
    for note in caps.notes { log.note("\(path): \(note)") }
    return caps
  }

  /// How turns are read: in the layers that a configuration caps, where one says so.
  ///
  /// - Throws: `FileError` if the turns have not all of them.
  func plan(_ configured: ConfiguredCaps?) throws -> TurnPlan {
    guard let configured else { return try TurnPlan(space, paths, options: options, log: log) }
    var own = options
    own.settings.layers = LayerSelection(configured.directions.layers)
    let plan = try TurnPlan(space, paths, options: own, log: log)
    let present = try plan.sources.conversations.first.map {
      try TurnReader($0, space: space, options: options).rowLayers
    }
    if let present, let missing = plan.layers.first(where: { !present.contains($0) }) {
      throw FileError(
        path: paths[0], fault: CappingFault.noLayer(missing, present: present.filter(space.layers.contains)))
    }
    return plan
  }

  /// The ranges of layers that are capped together: of a configuration all that it caps.
  func ranges(_ plan: TurnPlan, _ configured: ConfiguredCaps?) -> CapRanges {
    if configured != nil { return CapRanges(whole: plan.layers.count) }
    switch thresholds {
    case .values, .percentiles, .configuration: return CapRanges(of: plan.layers)
    case .offsets, .removal: return .none
    }
  }

  /// The experiment that says where to cap, in words.
  var configurationWords: String? {
    guard case .configuration(let configuration, let path) = thresholds else { return nil }
    return "'\(configuration.experiment)' of \(path)"
  }
}

/// What is made of a layer of a conversation's turns that are read together.
struct CapPart: Sendable {
  let key: ConversationKey
  let count: Int
  let areMeans: Bool
  let columns: CapColumns
  let ranges: [CapRangeSums]
}

extension CappedConversation {
  /// Of the parts of each layer; nil where there are none.
  init?(_ layers: [[CapPart]]) {
    guard let first = layers.first?.first, layers.contains(where: { $0.contains { !$0.columns.turns.isEmpty } }) else {
      return nil
    }
    self.init(
      key: first.key, turnCount: first.count, granularity: first.areMeans ? .turn : .token,
      layers: layers.map { CapColumns(joining: $0.map(\.columns)) },
      ranges: first.ranges.indices.map { range in CapRangeSums(joining: layers[0].map { $0.ranges[range] }) })
  }
}
