public import Files
internal import Synchronization

/// A file of named tensors, open for reading, of a format in `TensorFormat.all`, which its content tells.
///
/// Opening reads the file's description only. Elements are read when asked for, a slice of a tensor without the
/// rest. Nothing in the file is executed.
public struct TensorFile: Sendable {
  /// The path as given.
  public let path: String
  /// The format found.
  public let format: TensorFormat
  /// The tensors, in the order in which the file names them.
  public let tensors: [TensorEntry]
  /// What stands beside the tensors: strings and numbers, as text, under their key paths.
  public let metadata: [(key: String, value: String)]
  /// How many more such values there are, beyond the first 65,536.
  public let omittedMetadata: Int
  /// The file's size in bytes.
  public var byteCount: Int { source.size }
  /// The state of the file that was opened; nil for bytes in memory.
  public var identity: FileIdentity? { source.identity }

  let source: ByteSource
  let archive: ZipArchive?
  /// Where the deflated member that was read last stands: slice after slice, it is inflated once.
  let inflating = InflatingPlace()

  /// Opens the file at `path`.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - void: the type that two raw bytes (`|V2`) of a NumPy array stand for, of which the file itself does not tell:
  ///     NumPy saves bfloat16 so. Without it such arrays are refused. Whole numbers of two bytes are taken for it as well, as
  ///     bfloat16 is saved by way of `view(torch.int16)`; not those that are offsets or token ids by their names. Nil for `rawType`.
  /// - Throws: `FileError` if the file cannot be read, is of no known format, or breaks an invariant of its
  ///   format.
  /// - Complexity: O(size of the description), in time and memory, whatever the size of the tensors.
  public init(path: String, void: ElementType? = nil) throws {
    try self.init(try ByteSource(path: path), void: void)
  }

  /// Opens `bytes`, which errors call `name`, as the content of a file.
  ///
  /// - Throws: `FileError` as for a file.
  public init(bytes: [UInt8], name: String, void: ElementType? = nil) throws {
    try self.init(ByteSource(bytes, name: name), void: void)
  }

  private init(_ source: ByteSource, void: ElementType?) throws {
    self.source = source
    path = source.path
    let void = void ?? Self.rawType
    let (format, opening) = try TensorFormat.recognise(source, void: void)
    let content = try format.open(opening)
    (self.format, archive) = (format, opening.archive)
    (tensors, metadata, omittedMetadata) = (
      content.tensors.map { Self.taken($0, as: void) }, content.metadata, content.omittedMetadata
    )
    try source.checkUnchanged()
  }

  /// What raw elements of two bytes stand for in every file that the process opens, where opening does not say it; nil for nothing.
  /// A command sets it before it opens any.
  public static var rawType: ElementType? {
    get { assumedType.withLock { $0 } }
    set { assumedType.withLock { $0 = newValue } }
  }

  private static let assumedType = Mutex<ElementType?>(nil)

  private static func taken(_ tensor: TensorEntry, as void: ElementType?) -> TensorEntry {
    guard let void, [.int16, .uint16].contains(tensor.elementType), void.byteCount == 2 else { return tensor }
    let isIndex = ["offset", "ids", "messages", "index"].contains { tensor.name.lowercased().contains($0) }
    return isIndex ? tensor : tensor.taken(as: void)
  }

  /// The tensor named `name`.
  ///
  /// - Throws: `FileError` naming the tensors that are there.
  public func tensor(named name: String) throws -> TensorEntry {
    guard let tensor = tensors.first(where: { $0.name == name }) else {
      throw FileError(path: path, fault: TensorFault.noSuchTensor(name: name, present: tensors.map(\.name)))
    }
    return tensor
  }
}
