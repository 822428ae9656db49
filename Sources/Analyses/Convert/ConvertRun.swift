internal import Dumps
internal import Files
public import TensorFiles

/// Rewrites a tensor file in a format that its output's ending names, piece after piece: a transposed tensor an eighth at a
/// time.
public struct ConvertRun: Sendable {
  /// Bytes of elements held at a time.
  private static let pieceBytes = 8 << 20

  let input: String
  let output: String
  let options: ConvertOptions
  let log: RunLog

  /// A conversion of the file `input` to `output`, whose ending says the format.
  public init(_ input: String, to output: String, options: ConvertOptions, log: RunLog = .silent) {
    (self.input, self.output, self.options, self.log) = (input, output, options, log)
  }

  /// Converts. Element types are kept; bfloat16 and those of eight bits become float32 in `.npy`, which has none of
  /// them. Strings and numbers beside the tensors become safetensors metadata.
  ///
  /// - Returns: the tensors written.
  /// - Throws: `FileError` for what is wrong with the input, or if the output cannot be made.
  public func run() throws -> [TensorEntry] {
    let file = try TensorFile(path: input, void: options.void)
    let wanted = try options.tensor.map { [try file.tensor(named: $0)] } ?? file.tensors
    guard !wanted.isEmpty else { throw FileError(path: input, fault: ConvertFault.noTensors) }
    switch kindNow(of: output) {
    case .missing: break
    case .file where areSameFile(input, output): throw FileError(path: output, fault: OutputFault.isInput)
    case .file: if !options.replacing { throw FileError(path: output, fault: OutputFault.exists) }
    case .folder: throw FileError(path: output, fault: OutputFault.wrongKind(found: "folder"))
    case .special: throw FileError(path: output, fault: OutputFault.wrongKind(found: "special file"))
    }
    AbandonedOutputs.remove(from: Paths.parent(of: output))
    guard let format = TensorFormat.written(byNameOf: output) else {
      throw FileError(path: output, fault: ConvertFault.format)
    }
    switch format.writing {
    case .tensors(let writing) where writing.holdsMany: return try write(file, named(wanted), format, writing)
    case .tensors(let writing): return try write(file, [try only(of: wanted)], format, writing)
    case .controlVector: return try writeControlVector(file, try only(of: wanted))
    case .nothing: preconditionFailure("\(format.name) is not written")
    }
  }

  private func only(of tensors: [TensorEntry]) throws -> TensorEntry {
    guard tensors.count == 1 else {
      throw FileError(path: input, fault: DumpFault.ambiguousTensor(tensors.map(\.name)))
    }
    return tensors[0]
  }

  /// The tensors under names that a file of several can have.
  private func named(_ tensors: [TensorEntry]) throws -> [TensorEntry] {
    let stem = tensorStem(Paths.lastComponent(of: input)) ?? "tensor"
    let isTaken = tensors.contains { $0.name == stem }
    let named = tensors.map { $0.name.isEmpty ? $0.renamed(isTaken ? "\(stem)_bare" : stem) : $0 }
    var names: Set = ["__metadata__"]
    for tensor in named where !names.insert(tensor.name).inserted {
      throw FileError(path: input, place: tensor.name, fault: ConvertFault.name)
    }
    return named
  }

  /// What stands beside the tensors, if all of them are written; of equal keys the first.
  private func metadata(_ file: TensorFile) -> [(key: String, value: String)] {
    guard options.tensor == nil else { return [] }
    var keys: Set<String> = []
    let metadata = file.metadata.filter { keys.insert($0.key).inserted }
    if metadata.count < file.metadata.count { log.note("of values under equal names, the first is kept") }
    if file.omittedMetadata > 0 {
      log.note("\(file.omittedMetadata) values beside the tensors are left out, after \(file.metadata.count)")
    }
    return metadata
  }

  private func write(
    _ file: TensorFile, _ tensors: [TensorEntry], _ format: TensorFormat, _ writing: TensorWriting
  ) throws -> [TensorEntry] {
    let metadata = writing.holdsMany ? metadata(file) : []
    let declared = tensors.map { tensor in
      let type = writing.written(tensor.elementType)
      if type != tensor.elementType { noteWidening(of: tensor.elementType, to: type, format) }
      return TensorDeclaration(name: tensor.name, elementType: type, shape: tensor.shape)
    }
    let target = try OutputFile(path: output)
    let writer = try writing.open(target, declared, metadata)
    var wide: [UInt8] = []
    for (tensor, declaration) in zip(tensors, declared) {
      let (type, widens) = (tensor.elementType, declaration.elementType != tensor.elementType)
      try forEachPiece(file, tensor) { bytes, offset in
        if widens { type.widen(bytes, into: &wide) }
        try writer.writeBytes(widens ? wide : bytes, to: tensor.name, at: offset)
      }
    }
    try writer.finish()
    try target.commit()
    return tensors
  }

  private func noteWidening(of type: ElementType, to wide: ElementType, _ format: TensorFormat) {
    let owner = format == .npy ? "NumPy" : ".\(format.ending)"
    log.note("\(owner) has no \(type.rawValue): written as \(wide.rawValue), which holds every value exactly")
  }

  /// Calls `body` with the tensor's bytes, a piece at a time, and where they start in elements.
  private func forEachPiece(_ file: TensorFile, _ tensor: TensorEntry, _ body: ([UInt8], Int) throws -> Void) throws {
    // A piece of a transposed tensor takes a pass over all of its storage: few passes, of an eighth each.
    let width = tensor.elementType.byteCount
    let bytes = tensor.isContiguous ? Self.pieceBytes : max(Self.pieceBytes, tensor.elementCount * width / 8)
    try tensor.forEachSlice(ofAtMost: bytes / width) { try body(try file.readBytes(tensor, $0), $1) }
  }
}
