internal import Files
package import TensorFiles

/// A file of `activations/`: the responses of one role, and what stands beside them; or a folder of one file a response.
package struct ResponseFile: Sendable {
  /// One response: a tensor (L, d) or (d), or one of the first dimension's of a tensor (…, L, d).
  package struct Response: Sendable {
    package let key: String
    package let tensor: TensorEntry
    /// The index along the first dimension of a tensor of three.
    package let leading: Int?
    /// Where its tensor lies, if it can be read as it is.
    package var block: TensorFile.Block?
    /// The file that it has for itself; nil where all are in one.
    package var path: String?
  }

  /// The file, or the first of a folder.
  package let file: TensorFile
  /// The file or folder.
  package let path: String
  package let responses: [Response]
  /// The names of what is no response: metadata, other tensors.
  package let strays: [String]
  /// The number of layer rows, and of dimensions.
  package let rows, hiddenSize: Int
  /// The type of all responses; nil if they differ in it.
  package let elementType: ElementType?

  /// More than any model has, a hundredfold: a shape beyond them is damaged, and lists of its rows would take all memory.
  package static let mostLayers = 100_000
  package static let mostDimensions = 1 << 24
  package static let mostResponses = 10_000_000

  /// Opens the file at `path`.
  ///
  /// - Parameter slot: which of the first dimension to take of responses of three, (slots, L, d).
  /// - Throws: `FileError` if there are no responses in it, or they differ in shape.
  package init(_ path: String, slot: Int? = nil) throws {
    if fileKind(path) == .folder {
      try self.init(folder: path)
    } else {
      try self.init(file: path, slot: slot)
    }
  }

  private init(file path: String, slot: Int?) throws {
    self.path = path
    file = try TensorFile(path: path)
    let floats = file.tensors.filter { $0.elementType.isFloatingPoint && $0.elementCount > 0 }
    if let records = RecordList(file) { throw FileError(path: path, fault: DumpFault(records, at: path)) }
    let weights = ModelWeights.names(in: file)
    if !weights.isEmpty { throw FileError(path: path, fault: DumpFault.modelWeights(weights)) }
    let keyed = floats.filter { ResponseKey($0.name) != nil }
    // A tensor under another name beside them could be anything: their mean, the axis.
    let tensors = keyed.isEmpty ? floats.filter { (1...3).contains($0.shape.count) } : keyed
    guard let first = tensors.first else {
      throw FileError(path: path, fault: ResponseFault.noResponses(found: file.tensors.map(\.name)))
    }
    for tensor in tensors where tensor.shape != first.shape {
      if let fault = Self.tokens(tensors, file) { throw FileError(path: path, place: tensor.name, fault: fault) }
      throw FileError(
        path: path, place: tensor.name,
        fault: DumpFault.shapesDiffer(shape: tensor.shape, other: first.shape, reference: "'\(first.name)'"))
    }
    let limits = [Self.mostResponses, Self.mostLayers, Self.mostDimensions].suffix(first.shape.count)
    guard zip(first.shape.suffix(3), limits).allSatisfy({ $0 <= $1 }) else {
      throw FileError(path: path, place: first.name, fault: ResponseFault.tooLarge(first.shape))
    }
    switch first.shape.count {
    case 1, 2: responses = tensors.map { Response(key: $0.name, tensor: $0, leading: nil) }
    case 3 where keyed.isEmpty && tensors.count == 1:
      responses = (0..<first.shape[0]).map { Response(key: "\($0)", tensor: first, leading: $0) }
    case 3:
      guard let slot else {
        throw FileError(
          path: path, place: first.name, fault: ResponseFault.slots(first.shape, command: Self.meansCommand(file)))
      }
      guard slot < first.shape[0] else {
        throw FileError(path: path, place: first.name, fault: ResponseFault.noSlot(slot, first.shape))
      }
      responses = tensors.map { Response(key: $0.name, tensor: $0, leading: slot) }
    default:
      throw FileError(
        path: path, place: first.name, fault: DumpFault.rank(shape: first.shape, wanted: "(layers, d) or (d)"))
    }
    (rows, hiddenSize) = (first.shape.count == 1 ? 1 : first.shape[first.shape.count - 2], first.shape.last ?? 0)
    let types = Set(tensors.map(\.elementType))
    elementType = types.count == 1 ? types.first : nil
    let names = Set(tensors.map(\.name))
    // Of nested containers, one stray each.
    var beside: Set<String> = []
    // A safetensors file's metadata are of the file, not entries of it.
    let values = [.torch, .legacyTorch].contains(file.format) ? file.metadata.map(\.key) : []
    for name in values + file.tensors.map(\.name) where !names.contains(name) {
      beside.insert(String(name.prefix { $0 != "." }))
    }
    strays = beside.sorted()
  }

  /// Opens the folder at `path`, of one file a response: a vector (layers, d) or (d) under its key.
  private init(folder path: String) throws {
    let names = try dumpFiles(in: path)
    let stems = names.compactMap { tensorStem($0) }
    guard let first = names.first else {
      throw FileError(path: path, fault: ResponseFault.noResponses(found: try folderContents(path)))
    }
    if stems.allSatisfy({ LayerKeys.layer($0).map { !$0.isBare } ?? false }) {
      throw FileError(path: path, fault: ResponseFault.layerFiles(names))
    }
    self.path = path
    file = try TensorFile(path: "\(path)/\(first)")
    var (responses, types, reference) = ([Response](), Set<ElementType>(), nil as [Int]?)
    for name in names {
      let source = VectorSource(name: name, path: "\(path)/\(name)")
      let entry = try source.entry(in: try TensorFile(path: source.path))
      guard (1...2).contains(entry.shape.count), entry.elementCount > 0 else {
        throw FileError(path: source.path, fault: DumpFault.rank(shape: entry.shape, wanted: "(layers, d) or (d)"))
      }
      if let reference, entry.shape != reference {
        throw FileError(
          path: source.path,
          fault: DumpFault.shapesDiffer(shape: entry.shape, other: reference, reference: "\(path)/\(first)"))
      }
      reference = entry.shape
      types.insert(entry.elementType)
      responses.append(Response(key: tensorStem(name) ?? name, tensor: entry, leading: nil, path: source.path))
    }
    let shape = reference ?? [0]
    self.responses = responses
    (rows, hiddenSize) = (shape.count == 1 ? 1 : shape[0], shape[shape.count - 1])
    (elementType, strays) = (types.count == 1 ? types.first : nil, [])
  }

  /// `responses` with where they lie.
  ///
  /// - Throws: `FileError` if a zip archive contradicts itself.
  package func placed(_ responses: [Response]) throws -> [Response] {
    guard let elementType, elementType.byteCount > 1, fileKind(path) != .folder else { return responses }
    return try responses.map { response in
      var response = response
      response.block = try file.block(of: response.tensor)
      return response
    }
  }

  /// The part of a response's tensor with the layer rows `layers`.
  package func ranges(_ response: Response, _ layers: Range<Int>) -> [Range<Int>] {
    (response.leading.map { [$0..<$0 + 1] } ?? []) + (response.tensor.shape.count == 1 ? [] : [layers])
      + [0..<hiddenSize]
  }
}
