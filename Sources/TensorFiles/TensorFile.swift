/// A file of named tensors, open for reading: `.pt`, `.safetensors`, `.npy` or `.npz`, told apart by content.
///
/// Opening reads the file's description only. Elements are read when asked for, a slice of a tensor without the
/// rest. Nothing in the file is executed.
public struct TensorFile: Sendable {
  /// A file format.
  public enum Format: String, Sendable {
    case torch = "pt"
    case safetensors
    case npy
    case npz
  }

  /// The path as given.
  public let path: String
  /// The format found.
  public let format: Format
  /// The tensors, in the order in which the file names them.
  public let tensors: [TensorEntry]
  /// What stands beside the tensors: strings and numbers, as text, under their key paths.
  public let metadata: [(key: String, value: String)]
  /// The file's size in bytes.
  public var byteCount: Int { source.size }
  /// The state of the file that was opened.
  public var identity: FileIdentity { source.identity }

  let source: ByteSource
  let archive: ZipArchive?
  let inflated = InflatedMember()

  /// Opens the file at `path`.
  ///
  /// - Throws: `FileError` if the file cannot be read, is of no known format, or breaks an invariant of its
  ///   format.
  public init(path: String) throws {
    self.path = path
    source = try ByteSource(path: path)
    let start = try source.read(at: 0, count: min(source.size, 264))
    var content: (tensors: [TensorEntry], metadata: [(key: String, value: String)])
    if start.starts(with: [0x50, 0x4b, 3, 4]) || start.starts(with: [0x50, 0x4b, 5, 6]) {
      let archive = try ZipArchive(source)
      self.archive = archive
      if archive.members.contains(where: { $0.name.hasSuffix(TorchArchive.pickleSuffix) }) {
        format = .torch
        content = try TorchArchive(archive).content()
      } else {
        format = .npz
        content = (try tensorsOfNPZ(archive), [])
      }
    } else {
      archive = nil
      if start.starts(with: NumPyHeader.magic) {
        format = .npy
        content = ([try tensorOfNPY(source)], [])
      } else if SafetensorsHeader.mayStart(start, path: path) {
        format = .safetensors
        content = try SafetensorsHeader(source).content()
      } else {
        throw FileError(
          path: path,
          fault: TorchArchive.faultOfOldFormat(start) ?? TensorFault.unknownFormat(start: Array(start.prefix(8))))
      }
    }
    (tensors, metadata) = content
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
