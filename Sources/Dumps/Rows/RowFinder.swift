internal import Files
internal import TensorFiles

/// What rows are.
public enum RowKind: String, Sendable, CaseIterable {
  /// A response each, of `activations/`.
  case responses
  /// A token each, of `tokens` in `turns/`.
  case tokens
  /// A turn each, of `turns` in `turns/`.
  case turns
  /// A role each, of `vectors/`.
  case vectors
  /// A row of a tensor each, (rows, d) or (rows, layers, d).
  case matrices
}

/// Finds what holds rows: in dump folders, their parts, other folders of tensor files, and single files.
struct RowFinder {
  let wanted: RowKind?
  let tensor: String?
  let axes: AxesOrder?
  let rowLayers: LayerSelection?
  private(set) var parts: [RowPart] = []
  private(set) var notes: [String] = []
  /// What the first path's dump, or file, says of its layers.
  private(set) var manifest = Manifest()
  /// Whether tokens or turns were taken.
  private var taken: RowKind?
  /// What there was where nothing was found.
  private(set) var found: [String] = []

  init(wanted: RowKind?, tensor: String?, axes: AxesOrder?, rowLayers: LayerSelection?) {
    (self.wanted, self.tensor, self.axes, self.rowLayers) = (wanted, tensor, axes, rowLayers)
  }

  /// Adds the rows at `path`.
  mutating func visit(_ path: String) throws {
    let path = Paths.trimmed(path)
    guard fileKind(path) == .folder else { return try add(file: path, kind: nil) }
    try refuseZarr(path)
    let kinds = Self.kinds(in: path)
    if let kind = wanted.map({ kinds.contains($0) ? $0 : nil }) ?? kinds.first {
      let taken = wanted == nil ? kinds.filter { $0 != kind && !Self.areSameFiles($0, kind) } : []
      if !taken.isEmpty {
        notes.append(
          "\(path): rows are its \(kind.rawValue); --rows \(taken.map(\.rawValue).joined(separator: " or ")) takes others"
        )
      }
      try read(manifestIn: path)
      return try add(part: kind, of: path)
    }
    let name = resolvedName(path)
    if wanted == nil || wanted == .responses, name == "activations" {
      try read(manifestIn: Paths.above(path))
      return try add(part: .responses, of: Paths.above(path))
    }
    if wanted == nil || wanted == .vectors, ["vectors", "role_vectors"].contains(name) {
      try read(manifestIn: Paths.above(path))
      return try add(vectorsIn: path)
    }
    if dumpParts.contains(name) { try read(manifestIn: Paths.above(path)) } else { try read(manifestIn: path) }
    let files = try dumpFiles(in: path)
    found = try folderContents(path)
    for file in files { try add(file: "\(path)/\(file)", kind: wanted) }
  }

  /// The kinds of rows that the dump `path` has, the one that is taken by default first.
  private static func kinds(in path: String) -> [RowKind] {
    func has(_ name: String) -> Bool {
      let folder = "\(path)/\(name)"
      return fileKind(folder) == .folder && !((try? folderContents(folder)) ?? []).isEmpty
    }
    return (has("activations") ? [.responses] : []) + (has("turns") ? [.tokens, .turns] : [])
      + (vectorsFolder(ofDump: path) != nil ? [.vectors] : [])
  }

  /// Tokens and turns are in the same files.
  private static func areSameFiles(_ a: RowKind, _ b: RowKind) -> Bool {
    [.tokens, .turns].contains(a) && [.tokens, .turns].contains(b)
  }

  private mutating func read(manifestIn folder: String) throws {
    if parts.isEmpty { manifest = try Manifest.read(inFolder: folder) }
  }

  private var expected: ExpectedShape {
    var expected = ExpectedShape(manifest)
    if let given = rowLayers?.numbers { expected.layers = given.count }
    expected.axes = axes
    return expected
  }

  private mutating func add(part kind: RowKind, of dump: String) throws {
    switch kind {
    case .responses:
      let folder = "\(dump)/activations"
      for name in try ResponseFile.names(in: folder) {
        parts.append(try RowPart(responsesAt: "\(folder)/\(name)", expected))
      }
    case .tokens, .turns:
      for name in try dumpFiles(in: "\(dump)/turns") { try add(file: "\(dump)/turns/\(name)", kind: wanted) }
    case .vectors, .matrices:
      if let folder = vectorsFolder(ofDump: dump) { try add(vectorsIn: folder) }
    }
  }

  private mutating func add(vectorsIn folder: String) throws {
    for name in try dumpFiles(in: folder) { try add(vector: "\(folder)/\(name)") }
  }

  private mutating func add(vector path: String) throws {
    let name = Paths.lastComponent(of: path)
    parts.append(try RowPart(VectorSource(name: tensorStem(name) ?? name, path: path, tensor: tensor)))
  }

  /// Adds the rows of the file at `path`.
  ///
  /// - Parameter kind: what they are known to be; nil for what the file says.
  private mutating func add(file path: String, kind: RowKind?) throws {
    let file = try TensorFile(path: path)
    let floats = file.tensors.filter { $0.elementType.isFloatingPoint && $0.elementCount > 0 }
    let weights = ModelWeights.names(in: file)
    if !weights.isEmpty { throw FileError(path: path, fault: DumpFault.modelWeights(weights)) }
    if tensor == nil, floats.isEmpty, let first = file.tensors.first {
      if let numbers = file.tensors.first(where: { $0.elementCount > 0 }) { _ = try numbers.checkedAsActivations(path) }
      // The last of the shards of a dump may be empty.
      found.append("\(Paths.lastComponent(of: path)) of shape \(first.shape)")
      notes.append("\(path): it has no rows")
      return
    }
    if let tensor { return try add(try file.tensor(named: tensor).checkedAsActivations(path), of: file) }
    let kind = kind ?? wanted
    if kind == .vectors { return try add(vector: path) }
    if let own = try ofTurns(floats, kind, path) { return try add(own, of: file) }
    if kind == nil, let stack = floats.first(where: { $0.name == "role_vectors" }) { return try add(stack, of: file) }
    let isKeyed = floats.contains { ResponseKey($0.name) != nil }
    let isInActivations = resolvedName(Paths.parent(of: path)) == "activations"
    if kind == .responses || kind == nil && (isKeyed || isInActivations) {
      if parts.isEmpty { manifest = try Manifest.read(inFolder: responsesRoot(of: path)) }
      parts.append(try RowPart(responsesAt: path, expected))
      return
    }
    if kind == .matrices {
      for tensor in floats { try add(tensor, of: file) }
      return
    }
    guard let only = floats.first, floats.count == 1 else {
      throw FileError(path: path, fault: RowFault.severalTensors(file.tensors.map { "\($0.name) \($0.shape)" }))
    }
    try add(only, of: file)
  }

  /// The tensor of tokens or turns among `tensors`; nil if there is none and none is wanted.
  ///
  /// - Throws: `FileError` where other files have the other: tokens and means of turns are no rows of one matrix.
  private mutating func ofTurns(_ tensors: [TensorEntry], _ kind: RowKind?, _ path: String) throws -> TensorEntry? {
    guard [nil, .tokens, .turns].contains(kind) else { return nil }
    let (tokens, turns) = (tensors.first { $0.name == "tokens" }, tensors.first { $0.name == "turns" })
    // Of a file of turns alone under another name nothing says that it is of tokens.
    let bare = kind == .turns && tokens == nil && turns == nil && tensors.count == 1 ? tensors.first : nil
    let wanted = kind ?? taken ?? (tokens != nil ? .tokens : .turns)
    guard let own = wanted == .tokens ? tokens : turns ?? bare else {
      if kind == nil, taken == nil || tokens == nil && turns == nil { return nil }
      throw FileError(path: path, fault: RowFault.otherKind(wanted, found: tensors.map(\.name)))
    }
    taken = wanted
    return own
  }

  private mutating func add(_ tensor: TensorEntry, of file: TensorFile) throws {
    let part = try RowPart(tensor, of: file, axes: axes)
    let layers = manifest.layers ?? (try? Manifest(besides: file, tensor: tensor, rows: part.rows))?.layers
    if wanted == nil, part.couldBeVector, part.rows > 1, layers?.count == part.rows {
      throw FileError(
        path: file.path, place: tensor.name, fault: RowFault.rowsOrLayers(tensor.shape, files: 1, isDocumented: true))
    }
    if parts.isEmpty, !manifest.numbersLayers {
      manifest = try Manifest(besides: file, tensor: tensor, rows: part.layers)
    }
    parts.append(part)
  }
}
