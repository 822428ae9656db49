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
  /// What a user should know of how the axes of their tensors are taken; nil where there is nothing to say.
  package let shapeNote: String?
  /// What a user should know of the labels of their keys; nil where there is nothing to say.
  package let labelNote: String?
  /// The type of all responses; nil if they differ in it.
  package let elementType: ElementType?

  /// More than any model has, a hundredfold: a shape beyond them is damaged, and lists of its rows would take all memory.
  package static let mostLayers = 100_000
  package static let mostDimensions = 1 << 24
  package static let mostResponses = 10_000_000

  /// Opens the file of `source`.
  ///
  /// - Parameter slot: which of the first dimension to take of responses of three, (slots, L, d).
  /// - Throws: `FileError` if there are no responses in it, or they differ in shape.
  package init(_ source: ResponseSources.Source, slot: Int? = nil) throws {
    try self.init(
      source.path, slot: slot, expecting: source.expected, labels: source.labels, isAssistant: source.isAssistant)
  }

  /// Opens the file at `path`.
  ///
  /// - Parameters:
  ///   - slot: which of the first dimension to take of responses of three, (slots, L, d).
  ///   - expected: what says how axes are to be taken; where nothing does, it is (layers, d).
  ///   - labels: the labels of keys that are wanted; nil for the usual.
  ///   - isAssistant: whether it is the Assistant, of whom labels that it has none of say nothing.
  /// - Throws: `FileError` if there are no responses in it, or they differ in shape.
  package init(
    _ path: String, slot: Int? = nil, expecting expected: ExpectedShape, labels: Set<String>? = nil,
    isAssistant: Bool = false
  ) throws {
    let wanted = ResponseLabels.Wanted(labels: labels, isOptional: isAssistant)
    if fileKind(path) == .folder {
      try self.init(folder: path, expected, wanted)
    } else {
      try self.init(file: path, slot: slot, expected, wanted)
    }
  }

  private init(file path: String, slot: Int?, _ expected: ExpectedShape, _ wanted: ResponseLabels.Wanted) throws {
    self.path = path
    file = try TensorFile(path: path)
    let floats = file.tensors.filter { $0.elementType.isFloatingPoint && $0.elementCount > 0 }
    if let records = RecordList(file) { throw FileError(path: path, fault: DumpFault(records, at: path)) }
    let weights = ModelWeights.names(in: file)
    if !weights.isEmpty { throw FileError(path: path, fault: DumpFault.modelWeights(weights)) }
    let labels = ResponseLabels(floats.compactMap { ResponseKey($0.name) }, wanted: wanted)
    labelNote = labels.note
    let allKeyed = floats.filter { ResponseKey($0.name) != nil }
    let keyed = allKeyed.filter { ResponseKey($0.name).map(labels.contains) ?? false }
    try Self.check(labels, wanted, path)
    // A tensor under another name beside them could be anything: their mean, the axis.
    let found = keyed.isEmpty ? floats.filter { (1...3).contains($0.shape.count) } : keyed
    guard let reference = found.first else {
      throw FileError(path: path, fault: ResponseFault.noResponses(found: file.tensors.map(\.name)))
    }
    for tensor in found where tensor.shape != reference.shape {
      if let fault = Self.tokens(found, file) { throw FileError(path: path, place: tensor.name, fault: fault) }
      throw FileError(
        path: path, place: tensor.name,
        fault: DumpFault.shapesDiffer(shape: tensor.shape, other: reference.shape, reference: "'\(reference.name)'"))
    }
    let arrangement = try ResponseArrangement(
      reference, in: file, isStack: keyed.isEmpty && found.count == 1, expecting: expected)
    shapeNote = arrangement.note
    let tensors = found.map(arrangement.arranged)
    let first = tensors[0]
    let limits = [Self.mostResponses, Self.mostLayers, Self.mostDimensions].suffix(first.shape.count)
    guard zip(first.shape.suffix(3), limits).allSatisfy({ $0 <= $1 }) else {
      throw FileError(path: path, place: first.name, fault: ResponseFault.tooLarge(first.shape))
    }
    responses = try Self.responses(tensors, isStack: keyed.isEmpty && tensors.count == 1, slot: slot, of: file)
    (rows, hiddenSize) = (first.shape.count == 1 ? 1 : first.shape[first.shape.count - 2], first.shape.last ?? 0)
    let types = Set(tensors.map(\.elementType))
    elementType = types.count == 1 ? types.first : nil
    // Those of other labels are named by themselves.
    let names = Set(tensors.map(\.name) + allKeyed.map(\.name))
    // Of nested containers, one stray each.
    var beside: Set<String> = []
    // A safetensors file's metadata are of the file, not entries of it.
    let values = [.torch, .legacyTorch].contains(file.format) ? file.metadata.map(\.key) : []
    for name in values + file.tensors.map(\.name) where !names.contains(name) {
      beside.insert(String(name.prefix { $0 != "." }))
    }
    strays = beside.sorted()
  }

  /// Checks that a response has one of the labels `wanted`, if any has a label.
  private static func check(_ labels: ResponseLabels, _ wanted: ResponseLabels.Wanted, _ path: String) throws {
    guard let wanted = wanted.labels, labels.taken.isEmpty, !labels.leftOut.isEmpty else { return }
    throw FileError(path: path, fault: ResponseFault.noLabel(wanted.sorted(), present: labels.leftOut.map(\.label)))
  }

  /// The responses that `tensors` of one shape are: one each, or, of a stack, one a row.
  private static func responses(
    _ tensors: [TensorEntry], isStack: Bool, slot: Int?, of file: TensorFile
  ) throws -> [Response] {
    let (first, path) = (tensors[0], file.path)
    switch first.shape.count {
    case 1, 2: return tensors.map { Response(key: $0.name, tensor: $0, leading: nil) }
    case 3 where isStack:
      return (0..<first.shape[0]).map { Response(key: "\($0)", tensor: first, leading: $0) }
    case 3:
      guard let slot else {
        throw FileError(
          path: path, place: first.name, fault: ResponseFault.slots(first.shape, command: meansCommand(file)))
      }
      guard slot < first.shape[0] else {
        throw FileError(path: path, place: first.name, fault: ResponseFault.noSlot(slot, first.shape))
      }
      return tensors.map { Response(key: $0.name, tensor: $0, leading: slot) }
    default:
      throw FileError(
        path: path, place: first.name, fault: DumpFault.rank(shape: first.shape, wanted: "(layers, d) or (d)"))
    }
  }

  /// Opens the folder at `path`, of one file a response: a vector (layers, d) or (d) under its key.
  private init(folder path: String, _ expected: ExpectedShape, _ wanted: ResponseLabels.Wanted) throws {
    let all = try dumpFiles(in: path)
    let labels = ResponseLabels(all.compactMap { tensorStem($0).flatMap { ResponseKey($0) } }, wanted: wanted)
    labelNote = labels.note
    let names = all.filter { tensorStem($0).flatMap { ResponseKey($0) }.map(labels.contains) ?? true }
    try Self.check(labels, wanted, path)
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
    var arrangement: ResponseArrangement?
    for name in names {
      let source = VectorSource(name: name, path: "\(path)/\(name)")
      let found = try source.entry(in: try TensorFile(path: source.path))
      if arrangement == nil {
        arrangement = try ResponseArrangement(found, in: file, isStack: false, expecting: expected)
      }
      let entry = found.shape.count == 2 ? arrangement?.arranged(found) ?? found : found
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
    shapeNote = arrangement?.note
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
