internal import Files
internal import TensorFiles

/// Finds the role vectors of a dump folder or file, and the default Assistant's among them.
package struct RoleSources: Sendable {
  /// The roles in code-point order of their names.
  package let roles: [VectorSource]
  package let assistant: VectorSource?
  /// A default that is there as well, but not used.
  package let otherAssistant: VectorSource?
  /// The one file that all lie in, open; nil for those of a folder.
  let file: TensorFile?
  /// The default, where it is there and none is wanted.
  let unwantedAssistant: VectorSource?
  /// What a user should know of how they were found.
  package let notes: [String]

  /// Looks at `path`.
  ///
  /// - Parameters:
  ///   - path: a dump folder, a folder of vector files, or one file of many vectors.
  ///   - assistantName: the role that is the Assistant, by its exact name.
  ///   - tensor: the tensor to take from each file, if it holds several.
  ///   - recorded: the file, if it is one and open.
  ///   - expected: what says how the axes of a stack are to be taken.
  package init(
    at path: String, assistantName: String, tensor: String? = nil, recorded: RecordedVectors? = nil,
    expecting expected: ExpectedShape = ExpectedShape()
  ) throws {
    let recorded = try fileKind(path) == .folder ? nil : recorded ?? RecordedVectors(at: path)
    file = recorded?.file
    let found =
      try recorded.map { Found(beside: nil, try Self.inFile($0, tensor, expected)) }
      ?? Self.inFolder(path, assistantName, tensor, expected)
    var byName: [String: VectorSource] = [:]
    for source in found.all {
      if let other = byName.updateValue(source, forKey: source.name) {
        throw FileError(
          path: source.path, place: source.place, fault: DumpFault.duplicateRole(source.name, other: other.path))
      }
    }
    unwantedAssistant = nil
    notes =
      found.notes + [likeNames(found.all.map(\.name) + [found.beside?.name].compactMap(\.self))].compactMap(\.self)
    let within = byName[assistantName]
    assistant = found.beside ?? within
    otherAssistant = found.beside == nil ? nil : within
    roles = found.all.filter { $0.name != assistantName }
      .sorted { $0.name.unicodeScalars.lexicographicallyPrecedes($1.name.unicodeScalars) }
  }

  /// Whether the roles are rows of a stack that nothing names.
  package var areUnnamed: Bool { roles.first.map { $0.row != nil && $0.name == "row_\($0.row ?? 0)" } ?? false }

  /// The roles alone, without a default.
  package var withoutAssistant: RoleSources {
    RoleSources(self, roles: roles, assistant: nil, otherAssistant: nil, unwanted: assistant)
  }

  /// The same without what lies in the file `path`.
  func without(_ path: String) -> RoleSources {
    RoleSources(
      self, roles: roles.filter { !areSameFile($0.path, path) }, assistant: assistant, otherAssistant: otherAssistant)
  }

  /// The same without the roles `names`.
  func without(roles names: Set<String>) -> RoleSources {
    RoleSources(
      self, roles: roles.filter { !names.contains($0.name) }, assistant: assistant, otherAssistant: otherAssistant)
  }

  /// The same with the axes of each tensor taken as `layouts` say: of the roles in their order, then of the default.
  func taking(_ layouts: [VectorLayout]) -> RoleSources {
    func taken(_ source: VectorSource, _ layout: VectorLayout) -> VectorSource {
      var source = source
      source.layout = layout
      return source
    }
    return RoleSources(
      self, roles: zip(roles, layouts).map(taken), assistant: assistant.map { taken($0, layouts[roles.count]) },
      otherAssistant: otherAssistant, unwanted: unwantedAssistant.map { taken($0, layouts.last ?? .usual) })
  }

  /// The means of responses, in their order.
  package init(averaged roles: [VectorSource], assistant: VectorSource?) {
    (self.roles, self.assistant, otherAssistant, file) = (roles, assistant, nil, nil)
    (unwantedAssistant, notes) = (nil, [])
  }

  /// The default's vector in a file of its own in the folder `path`, beside the roles; nil if there is none.
  ///
  /// - Throws: `FileError` if there are two.
  package static func assistant(besides path: String, _ name: String, tensor: String? = nil) throws -> VectorSource? {
    let files = try dumpFiles(in: path, for: "default \(name)") { isDefault($0, name) }
    let found = (files.isEmpty ? try folderContents(path).filter { controlVectorStem($0) == name } : files)
      .map { VectorSource(name: name, path: "\(path)/\($0)", tensor: tensor) }
    if found.count > 1 {
      throw FileError(path: found[1].path, fault: DumpFault.duplicateRole(name, other: found[0].path))
    }
    return found.first
  }

  /// Whether the file `file` is the default's: of its name, or `default_vector`, as the published one is called.
  private static func isDefault(_ file: String, _ name: String) -> Bool {
    tensorStem(file) == name || name == "default" && tensorStem(file) == "default_vector"
  }

  private init(
    _ other: RoleSources, roles: [VectorSource], assistant: VectorSource?, otherAssistant: VectorSource?,
    unwanted: VectorSource? = nil
  ) {
    (self.roles, self.assistant, self.otherAssistant) = (roles, assistant, otherAssistant)
    (file, notes, unwantedAssistant) = (other.file, other.notes, unwanted ?? other.unwantedAssistant)
  }

  /// What was found, and what a user should know of it.
  private struct Found {
    let beside: VectorSource?
    let all: [VectorSource]
    var notes: [String] = []

    init(beside: VectorSource?, _ all: [VectorSource]) { (self.beside, self.all) = (beside, all) }
    init(beside: VectorSource?, _ found: (all: [VectorSource], notes: [String])) {
      (self.beside, all, notes) = (beside, found.all, found.notes)
    }
  }

  private static func inFolder(
    _ path: String, _ assistantName: String, _ tensor: String?, _ expected: ExpectedShape
  ) throws -> Found {
    try refuseZarr(path)
    let names = try folderContents(path)
    func sources(in folder: String) throws -> [VectorSource] {
      try vectorFiles(in: folder).compactMap { name in
        (tensorStem(name) ?? controlVectorStem(name)).map {
          VectorSource(name: $0, path: "\(folder)/\(name)", tensor: tensor)
        }
      }
    }
    let beside = try assistant(besides: path, assistantName, tensor: tensor)
    if let folder = vectorsFolder(ofDump: path) {
      let all = try sources(in: folder)
      guard !all.isEmpty else {
        throw FileError(path: folder, fault: DumpFault.noRoleVectors(found: []))
      }
      // Published under this name beside the roles, it is the default among them, where there is no other.
      if beside == nil, assistantName == "default", !all.contains(where: { $0.name == assistantName }),
        let own = all.first(where: { $0.name == "default_vector" })
      {
        var found = Found(
          beside: VectorSource(name: assistantName, path: own.path, tensor: tensor), all.filter { $0 != own })
        found.notes.append("\(own.path) is taken as the default")
        return found
      }
      return try stackAlone(all, tensor, expected).map { Found(beside: beside, $0) } ?? Found(beside: beside, all)
    }
    if let shards = try ShardIndex(inFolder: path, names) { return Found(beside: beside, shards.sources) }
    // The reference pipeline puts axis.pt beside vectors/; one that is no vector like the others is no role.
    let all = try sources(in: path)
    let flat = all.filter { !["axis", "assistant_axis"].contains($0.name) || isLike(all, $0) }
    guard flat.contains(where: { $0.name != assistantName }) else {
      throw FileError(path: path, fault: DumpFault.noRoleVectors(found: names))
    }
    // One file of all roles, alone in its folder but for the default's, which says so.
    let roles = flat.filter { $0.path != beside?.path }
    return try stackAlone(roles, tensor, expected).map { Found(beside: beside, $0) } ?? Found(beside: beside, roles)
  }

  /// The rows of the one file among `roles`, if it holds a stack of all of them; nil otherwise. One role alone has (layers, d) or (d).
  private static func stackAlone(
    _ roles: [VectorSource], _ tensor: String?, _ expected: ExpectedShape
  ) throws -> (all: [VectorSource], notes: [String])? {
    guard roles.count == 1, tensor == nil else { return nil }
    let recorded = try RecordedVectors(at: roles[0].path)
    let weights = ModelWeights.names(in: recorded.file)
    if !weights.isEmpty { throw FileError(path: roles[0].path, fault: DumpFault.modelWeights(weights)) }
    let stacks = recorded.file.tensors.filter { $0.elementType.isFloatingPoint && $0.shape.count >= 2 }
    guard stacks.count == 1 else { return nil }
    let isOfRoles = stacks[0].shape.count == 3 && stacks[0].shape[0] > 1
    return try isOfRoles || RowNames.of(stacks[0], in: recorded.file) != nil ? inFile(recorded, tensor, expected) : nil
  }

  /// Whether `source` has the shape of one of `others`, so that it may be a role, whatever its name says.
  private static func isLike(_ others: [VectorSource], _ source: VectorSource) -> Bool {
    func shape(_ source: VectorSource) -> [Int]? {
      (try? TensorFile(path: source.path)).flatMap { try? source.shape(in: $0) }.map { [$0.layers, $0.hiddenSize] }
    }
    guard let other = others.first(where: { !["axis", "assistant_axis"].contains($0.name) }) else { return false }
    return shape(source).map { $0 == shape(other) } ?? false
  }

  /// The vectors of one file: a stack `role_vectors` whose metadata names its rows, one unnamed stack, or a tensor
  /// a role.
  private static func inFile(
    _ recorded: RecordedVectors, _ tensor: String?, _ expected: ExpectedShape
  ) throws -> (all: [VectorSource], notes: [String]) {
    let (file, path) = (recorded.file, recorded.file.path)
    if let stack = file.tensors.first(where: { $0.name == "role_vectors" }), SpaceMetadata.namesRoles(file) {
      guard let names = recorded.metadata.roles, stack.shape.first == names.count else {
        throw FileError(path: path, place: "metadata 'roles'", fault: SpaceFileFault.roles(stack.shape.first ?? 0))
      }
      let own = recorded.metadata.assistant ?? "default"
      let assistant = file.tensors.first { $0.name == "default" }
        .map { VectorSource(name: own, path: path, tensor: $0.name) }
      let rows = names.enumerated().map { VectorSource(name: $1, path: path, tensor: stack.name, row: $0) }
      return (rows + [assistant].compactMap(\.self), [])
    }
    // An empty tensor has no vectors, however many rows it claims.
    let vectors = file.tensors.filter {
      $0.elementType.isFloatingPoint && $0.elementCount > 0 && (tensor == nil || $0.name == tensor)
    }
    // A stack of the roles, alone or with the default beside it.
    let own =
      tensor == nil && vectors.count == 2 ? vectors.first { ["default", "default_vector"].contains($0.name) } : nil
    let stacks = vectors.filter { $0.name != own?.name }
    if stacks.count == 1, let stack = stacks.first, stack.shape.count >= 2,
      own == nil || own?.shape.count == stack.shape.count - 1
    {
      let stacked = try StackedRoles(stack, in: file, expecting: expected)
      let rows = (0..<stack.shape[stacked.axis]).map {
        VectorSource(
          name: stacked.names?[$0] ?? "row_\($0)", path: path, tensor: stack.name, row: $0, rowAxis: stacked.axis)
      }
      let beside = own.map { VectorSource(name: "default", path: path, tensor: $0.name) }
      return (rows + [beside].compactMap(\.self), [stacked.note].compactMap(\.self))
    }
    let note = try tensor == nil ? noteOnNumbers(vectors, file) : nil
    return (try keyed(vectors, recorded, tensor), [note].compactMap(\.self))
  }

  /// What to say of tensors (n, d) under bare numbers, `{16: (n, d)}`, whose numbers could be layers; nil of others.
  ///
  /// - Throws: `FileError` if names or the numbers themselves say that they are.
  private static func noteOnNumbers(_ tensors: [TensorEntry], _ file: TensorFile) throws -> String? {
    guard let first = tensors.first, first.shape.count == 2,
      tensors.allSatisfy({ $0.shape == first.shape && Int($0.name) != nil })
    else { return nil }
    let areLayers =
      try namesRoles(of: first, in: file)
      || AxisVariation(rows: tensors.count, columns: first.shape[0]) { row, column in
        try file.read(tensors[row], [column..<column + 1, 0..<first.shape[1]])
      }.map { $0.ratio > AxisVariation.decisive } ?? false
    if areLayers {
      throw FileError(path: file.path, fault: DumpFault.layerKeys(tensors.map(\.name), shape: first.shape))
    }
    return
      "its tensors have numbers for names, and are taken as \(tensors.count) roles of \(first.shape[0]) layers; if the numbers are layers, "
      + "see docs/your-own-arrays.md, 'A dictionary a layer'"
  }

  /// The vectors of a file of a tensor a role, or a role and layer.
  private static func keyed(
    _ vectors: [TensorEntry], _ recorded: RecordedVectors, _ tensor: String?
  ) throws -> [VectorSource] {
    let (file, path) = (recorded.file, recorded.file.path)
    guard !vectors.isEmpty else {
      throw FileError(path: path, fault: DumpFault.noRoleVectors(found: file.tensors.map(\.name)))
    }
    if tensor == nil {
      let weights = ModelWeights.names(in: file)
      if !weights.isEmpty { throw FileError(path: path, fault: DumpFault.modelWeights(weights)) }
      if let records = RecordList(file) {
        throw FileError(path: path, fault: DumpFault(records, at: path))
      }
      if let roles = try located(path, { try LayerKeys.roles(vectors) }) {
        return roles.map { VectorSource(name: $0.role, path: path, keys: $0.keys) }
      }
      if let several = ForeignTurns(file, isOneVector: { $0.count <= 1 }), several.isOfTransformers,
        let fault = several.fault(path, format: file.format)
      {
        throw FileError(path: path, fault: fault)
      }
      if let nested = NestedRoles(vectors) {
        guard let layers = nested.layers(path: path) else { throw FileError(path: path, fault: nested.fault(path)) }
        return layers
      }
    }
    // {role: {"vector": tensor, …}}: the roles are the outer keys.
    let isNested = vectors.allSatisfy { $0.name.hasSuffix(".vector") }
    return vectors.map {
      VectorSource(
        name: isNested ? String($0.name.dropLast(".vector".count)) : $0.name, path: path, tensor: $0.name)
    }
  }
}
