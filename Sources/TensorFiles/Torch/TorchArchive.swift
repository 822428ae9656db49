internal import Files

/// A file of `torch.save` (PyTorch 1.6 and later): a zip archive of one pickle and numbered storages.
struct TorchArchive {
  static let pickleSuffix = "/data.pkl"
  /// A pickle of 1,200 responses takes 200 kB; arrays pickled in place take their size.
  static let pickleLimit = 1 << 28
  /// PyTorch stores its pickles. A deflated one comes from another program, and costs the file a thousandth of what it
  /// asks for.
  static let deflatedPickleLimit = 1 << 24

  private let archive: ZipArchive
  private let root: String
  private let pickle: ZipMember
  private let isBigEndian: Bool

  init(_ archive: ZipArchive) throws {
    self.archive = archive
    let path = archive.source.path
    let pickles = archive.members.filter { $0.name.hasSuffix(Self.pickleSuffix) }
    guard pickles.count == 1, let pickle = pickles.first else {
      throw FileError(path: path, fault: PickleFault.file("\(pickles.count) members are named data.pkl"))
    }
    let root = String(pickle.name.dropLast(Self.pickleSuffix.count))
    if archive.member(named: "\(root)/constants.pkl") != nil {
      throw FileError(path: path, fault: ContainerFault.torchScript)
    }
    let limit = pickle.isDeflated ? Self.deflatedPickleLimit : Self.pickleLimit
    guard pickle.uncompressedSize <= limit else {
      throw FileError(path: path, place: pickle.name, fault: PickleFault.limit("bytes", limit))
    }
    isBigEndian = try Self.isBigEndian(archive, root)
    (self.root, self.pickle) = (root, pickle)
  }

  /// What the record `byteorder` says; archives before PyTorch 2.1 have none and are little-endian.
  private static func isBigEndian(_ archive: ZipArchive, _ root: String) throws -> Bool {
    guard let member = archive.member(named: "\(root)/byteorder") else { return false }
    switch String(decoding: try archive.start(of: member, count: 16), as: UTF8.self) {
    case "little": return false
    case "big": return true
    case let other:
      throw FileError(
        path: archive.source.path, place: member.name, fault: PickleFault.file("byte order '\(other)' is unknown"))
    }
  }

  /// All tensors and scalars of the pickled object.
  func content() throws -> FileContent {
    do {
      var cursor = ByteCursor(try archive.contents(of: pickle))
      let walk = try PickleMachine.evaluate(&cursor) { value, _ in
        var walk = PickleWalk()
        try walk.visit(value)
        return walk
      }
      return try walk.content(isBigEndian: isBigEndian, locate)
    } catch let fault as any FileFault {
      let path = archive.source.path
      throw FileError(path: path, place: pickle.name, fault: ForeignObject(fault, path: path) ?? fault)
    }
  }

  private func locate(_ storage: PickleStorage, of name: String) throws -> TensorStorage {
    let record = "\(root)/data/\(storage.key)"
    guard let member = archive.member(named: record) else {
      throw PickleFault.record("tensor '\(name)' wants \(record), which is missing")
    }
    guard storage.byteCount == member.uncompressedSize else {
      throw PickleFault.record(
        """
        \(record) has \(member.uncompressedSize) bytes, the pickle says \(storage.count) elements of \
        \(storage.elementType.rawValue)
        """)
    }
    return .member(member, header: 0)
  }

  /// The fault of a file in a container of PyTorch that is not read, judged by its first bytes.
  static func faultOfOtherContainer(_ start: [UInt8], path: String) -> (any FileFault)? {
    if start.count > 262, start[257..<262].elementsEqual("ustar".utf8) { return ContainerFault.tar }
    if start.first == 0x80, start.count > 1, start[1] <= 5 {
      return ForeignObject.barePickle(start, path: path)
    }
    return nil
  }
}

/// A container of PyTorch that is refused by name.
enum ContainerFault: FileFault, Equatable {
  case tar, torchScript

  var explanation: String {
    switch self {
    case .tar:
      """
      a tar archive of PyTorch 0.x; save it again: python -c "import sys, torch; f = sys.argv[1]; \
      torch.save(torch.load(f, weights_only=True), f)" FILE
      """
    case .torchScript: "a TorchScript program, not a file of tensors"
    }
  }
}
