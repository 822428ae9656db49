public import Dumps
internal import Files
public import TensorFiles

/// How a file is converted.
public struct ConvertOptions: Sendable {
  /// The tensor to convert alone, by its key path.
  public var tensor: String?
  /// The type that `|V2` in NumPy files stands for.
  public var void: ElementType?
  /// The layers of the rows, for a control vector; nil for 0, 1, …
  public var rowLayers: LayerSelection?
  /// The model's architecture, for a control vector.
  public var model = ""
  /// Whether an output that is there may be replaced.
  public var replacing = false

  /// Every tensor, none of type `|V2`.
  public init() {}
}

/// Rewrites a tensor file as `.safetensors`, `.npy` or a `.gguf` control vector, piece after piece: a transposed tensor
/// an eighth at a time.
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
    switch fileKind(output) {
    case .missing: break
    case .file where areSameFile(input, output): throw FileError(path: output, fault: OutputFault.isInput)
    case .file: if !options.replacing { throw FileError(path: output, fault: OutputFault.exists) }
    case .folder: throw FileError(path: output, fault: OutputFault.wrongKind(found: "folder"))
    case .special: throw FileError(path: output, fault: OutputFault.wrongKind(found: "special file"))
    }
    AbandonedOutputs.remove(from: OutputFile.folder(of: output))
    if output.hasSuffix(".safetensors") { return try writeSafetensors(file, wanted) }
    guard wanted.count == 1 else {
      throw FileError(path: input, fault: DumpFault.ambiguousTensor(wanted.map(\.name)))
    }
    if output.hasSuffix(".npy") { return try writeNumPy(file, wanted[0]) }
    if output.hasSuffix(".gguf") { return try writeControlVector(file, wanted[0]) }
    throw FileError(path: output, fault: ConvertFault.format)
  }

  private func writeSafetensors(_ file: TensorFile, _ tensors: [TensorEntry]) throws -> [TensorEntry] {
    let stem = input.split(separator: "/").last.flatMap { tensorStem(String($0)) } ?? "tensor"
    let isTaken = tensors.contains { $0.name == stem }
    let named = tensors.map { $0.name.isEmpty ? $0.renamed(isTaken ? "\(stem)_bare" : stem) : $0 }
    var names: Set = ["__metadata__"]
    for tensor in named where !names.insert(tensor.name).inserted {
      throw FileError(path: input, place: tensor.name, fault: ConvertFault.name)
    }
    var keys: Set<String> = []
    let metadata = (options.tensor == nil ? file.metadata : []).filter { keys.insert($0.key).inserted }
    if metadata.count < file.metadata.count, options.tensor == nil {
      log.note("of values under equal names, the first is kept")
    }
    if file.omittedMetadata > 0, options.tensor == nil {
      log.note("\(file.omittedMetadata) values beside the tensors are left out, after \(file.metadata.count)")
    }
    let target = try OutputFile(path: output)
    let writer = try SafetensorsWriter(
      target, tensors: named.map { .init(name: $0.name, elementType: $0.elementType, shape: $0.shape) },
      metadata: metadata)
    for entry in named {
      try forEachPiece(file, entry) { try writer.writeBytes($0, to: entry.name, at: $1) }
    }
    try writer.finish()
    try target.commit()
    return named
  }

  private func writeNumPy(_ file: TensorFile, _ tensor: TensorEntry) throws -> [TensorEntry] {
    let type = tensor.elementType
    let widens = type.widensToFloat32
    if widens {
      log.note("NumPy has no \(type.rawValue): written as float32, which holds every value exactly")
    }
    let target = try OutputFile(path: output)
    let writer = try NumPyWriter(target, elementType: widens ? .float32 : type, shape: tensor.shape)
    var wide: [UInt8] = []
    try forEachPiece(file, tensor) { bytes, _ in
      guard widens else { return try writer.write(bytes) }
      type.widen(bytes, into: &wide)
      try writer.write(wide)
    }
    try writer.finish()
    try target.commit()
    return [tensor]
  }

  /// Calls `body` with the tensor's bytes, a piece at a time, and where they start in elements.
  private func forEachPiece(_ file: TensorFile, _ tensor: TensorEntry, _ body: ([UInt8], Int) throws -> Void) throws {
    // A piece of a transposed tensor takes a pass over all of its storage: few passes, of an eighth each.
    let width = tensor.elementType.byteCount
    let bytes = tensor.isContiguous ? Self.pieceBytes : max(Self.pieceBytes, tensor.elementCount * width / 8)
    try tensor.forEachSlice(ofAtMost: bytes / width) { try body(try file.readBytes(tensor, $0), $1) }
  }
}

/// Why a file cannot be converted.
enum ConvertFault: FileFault, Equatable {
  case noTensors
  case format
  case name
  case noDirection

  var explanation: String {
    switch self {
    case .noTensors: "the file holds no tensor"
    case .name: "the name is taken, or reserved by the safetensors format; pick one tensor with --tensor NAME"
    case .noDirection: "no row is of a layer from 1 on, which a control vector has; --row-layers says which they are"
    case .format: "the output's ending says the format: .safetensors, .npy or .gguf is wanted"
    }
  }

  var category: FaultCategory { self == .format ? .cannotCreate : .data }
}
