internal import Dumps
internal import Files

/// Which conversations are read, and in which layers.
struct TurnPlan: Sendable {
  let space: Space
  let options: TurnOptions
  /// The first of the paths given, for messages.
  let path: String
  let sources: TurnSources
  /// The layers wanted, as indices of the space's.
  let wanted: [Int]
  /// Their numbers.
  let layers: [Int]

  /// - Throws: `FileError` if there are no turns, or not in the layers asked for.
  init(_ space: Space, _ paths: [String], options: TurnOptions, log: RunLog) throws {
    sources = try TurnSources(paths, TurnSources.Reading(options, space))
    // By default, the layers of the space that the first conversation has.
    let first = try sources.conversations.first.map {
      try TurnReader($0, space: space, options: options).rowLayers
    }
    let wanted = try located(paths[0]) { try options.layers.indices(in: space.layers) }
      .filter { options.layers != .all || (first ?? []).contains(space.layers[$0]) }
    guard !wanted.isEmpty else {
      throw FileError(path: paths[0], fault: LayerFault.noSuchLayer(space.layers.first ?? 0, present: first ?? []))
    }
    if wanted.count < space.layers.count, options.layers == .all {
      log.note("the turns have \(layerList(first ?? [])); the other layers of the space are left out")
    }
    for group in grouped(sources.conversations, by: { [$0.manifest.model ?? ""] }) {
      if let note = modelNote(group[0].manifest.model, of: group[0].paths[0], space: space) { log.note(note) }
    }
    (self.space, self.options, path) = (space, options, paths[0])
    (self.wanted, layers) = (wanted, wanted.map { space.layers[$0] })
  }

  /// How far off the axis the farthest role lies in each layer, by its number.
  func roleReaches() async throws -> [Int: Double] {
    let space = space
    let found = try await concurrentMap(wanted, threads: options.threads) { try space.roleReach(ofLayer: $0) }
    return Dictionary(uniqueKeysWithValues: zip(layers, found))
  }

  /// `distance` over `reach`; nil if that is none, or not known.
  static func ratio(_ distance: Double, _ reach: Double?) -> Double? {
    reach.flatMap { $0 > 0 ? distance / $0 : nil }
  }

  /// Notes the turns of the file `path` that were left out: `skipped` are they, by the layer's number.
  static func note(skipped: [(layer: Int, turns: [Int])], of path: String, _ log: RunLog) {
    let broken = skipped.filter { !$0.turns.isEmpty }
    if broken.isEmpty { return }
    let turns = Set(broken.flatMap(\.turns)).sorted().map(String.init)
    log.note(
      "\(path): values are not finite, or nothing but zeros, at \(layerList(broken.map(\.layer))); left out there: turns \(listed(turns))"
    )
  }

  /// Notes how the axes of files' tensors are taken: `notes` are of the conversations, nil where there is nothing to say; of files
  /// of which the same is said, the first is named.
  func note(_ notes: [String?], _ log: RunLog) {
    for group in grouped(Array(notes.indices.filter { notes[$0] != nil }), by: { [notes[$0] ?? ""] }) {
      let others = group.count > 1 ? " (and \(group.count - 1) more files)" : ""
      log.note("\(sources.conversations[group[0]].paths[0])\(others): \(notes[group[0]] ?? "")")
    }
  }
}
