internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import Statistics

extension FitRun {
  /// The trait vectors to read in the space: those named, or those of the dump; nil if there are none.
  func traitVectors(_ vectors: RoleVectorSet, _ rowLayers: [Int], isNumbered: Bool) throws -> TraitVectors? {
    guard let folder = options.traits ?? (fileKind(path) == .folder ? traitsFolder(ofDump: path) : nil) else {
      if options.traitRowLayers != nil {
        log.note("--trait-row-layers: there are no traits; --traits names their folder")
      }
      return nil
    }
    guard fileKind(folder) == .folder else {
      if options.traits == nil {
        if options.traitRowLayers != nil { log.note("--trait-row-layers: there are no traits in \(folder)") }
        return nil
      }
      throw FileError(path: folder, fault: AccessFault.nothing(at: folder))
    }
    let traits = try TraitVectors(
      in: folder, hiddenSize: vectors.hiddenSize, dump: rowLayers, isNumbered: isNumbered,
      given: options.traitRowLayers)
    if traits == nil, options.traits != nil { throw FileError(path: folder, fault: TraitFault.none) }
    if let traits, Set(traits.layers.numbers).isDisjoint(with: rowLayers) {
      throw FileError(path: folder, fault: LayerFault.otherTraitLayers(traits.layers.numbers, roles: rowLayers))
    }
    if let note = traits?.layers.note { log.note("\(folder): \(note)") }
    return traits
  }

  /// What is read of the traits in a layer.
  struct LayerTraits: Sendable {
    var readings: [TraitReading] = []
    var roles: RoleTraits?
  }

  /// The readings of `traits` in each of `fits`; none where they do not have the layer.
  func read(_ traits: TraitVectors, in fits: [(LayerItem, LayerSpace)]) async throws -> [LayerTraits] {
    try await concurrentMap(fits, threads: options.threads) { item, space in
      guard let rows = try traits.read(layer: item.layer) else { return LayerTraits() }
      let geometry = try space.geometry(of: item.roles)
      return LayerTraits(
        readings: try space.readings(of: rows, geometry), roles: try space.roleTraits(rows, geometry))
    }
  }

  /// The trend of axis positions over the levels of roles in each layer; none without two levels that are numbers.
  func trends(_ spaces: [LayerSpace], roles: [String], _ labels: RoleTable) async throws -> (
    roles: Int, trends: [LevelTrend]
  ) {
    let levels = roles.map { Double(labels[$0].level) ?? .nan }
    let known = levels.indices.filter { levels[$0].isFinite }
    let unread = roles.filter { !labels[$0].level.isEmpty && Double(labels[$0].level) == nil }
    if !unread.isEmpty { log.note("levels that are no numbers have no trend: those of \(listed(unread, most: 5))") }
    guard spaces.allSatisfy({ $0.assistant != nil }) else { return (0, []) }
    guard Set(known.map { levels[$0] }).count >= 2, known.count >= 3 else {
      if !known.isEmpty {
        let values = Set(known.map { levels[$0] }).count
        log.note("no trend over levels: \(known.count) roles have one, of \(values) values; 3 and 2 are needed")
      }
      return (0, [])
    }
    let found = try await concurrentMap(spaces, threads: options.threads) { [options] space in
      LevelTrend(
        positions: known.map { space.assistant?.roles[$0].position ?? .nan }, levels: known.map { levels[$0] },
        replicates: options.replicates, seed: options.seed)
    }
    return (known.count, found)
  }
}
