internal import Files

/// A file of `torch.save` before PyTorch 1.6, or with `_use_new_zipfile_serialization=False` since: five pickles (a magic
/// number, the version, the writer's byte order, the object, the keys of its storages), then the storages one after the
/// other, each behind its element count (torch/serialization.py, `_legacy_save`).
struct LegacyTorchFile {
  /// PROTO 2, LONG1 of ten bytes: `pickle.dumps(0x1950a86a20f9469cfc6c, 2)` without its STOP.
  static let start: [UInt8] = [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]

  /// Pickles are read from a first piece of the file, which mostly holds them; a larger one if it does not.
  private static let firstPiece = 1 << 18
  private static let growth = 4

  /// The element count before each storage: 64 bits, little-endian.
  private static let countBytes = 8

  private let source: ByteSource

  init(_ source: ByteSource) { self.source = source }

  /// All tensors and scalars of the pickled object.
  func content() throws -> FileContent {
    var piece = min(Self.firstPiece, source.size)
    while true {
      do {
        return try content(ByteCursor(try source.read(at: 0, count: piece)))
      } catch PickleFault.truncated where piece < source.size {
        guard piece < TorchArchive.pickleLimit else {
          throw FileError(path: source.path, fault: PickleFault.limit("bytes of pickles", TorchArchive.pickleLimit))
        }
        piece = min(Self.growth * piece, source.size, TorchArchive.pickleLimit)
      } catch let fault as any FileFault {
        throw FileError(path: source.path, fault: ForeignObject(fault, path: source.path) ?? fault)
      }
    }
  }

  private func content(_ start: ByteCursor) throws -> FileContent {
    var cursor = start
    try PickleMachine.evaluate(&cursor) { _, _ in }
    try PickleMachine.evaluate(&cursor) { version, _ in
      guard version.integer == 1001 else { throw PickleFault.file("a protocol other than 1001") }
    }
    try PickleMachine.evaluate(&cursor) { writer, _ in
      guard case .dictionary(let facts) = writer,
        case .bool(let isLittle)? = facts.items.first(where: { $0.key.string == "little_endian" })?.value
      else { throw PickleFault.file("it does not say whether its writer was little-endian") }
      guard isLittle else { throw PickleFault.file("it was written by a big-endian machine") }
    }
    let (walk, storages) = try PickleMachine.evaluate(&cursor) { value, storages in
      var walk = PickleWalk()
      try walk.visit(value)
      return (walk, storages)
    }
    let keys = try PickleMachine.evaluate(&cursor) { keys, _ in
      guard case .list(let list) = keys else { throw PickleFault.file("the keys of its storages are no list") }
      return try list.elements.map { element in
        guard let key = element.string else { throw PickleFault.file("the key of a storage is no text") }
        return key
      }
    }
    let places = try places(of: keys, storages, from: cursor.offset)
    return try walk.content { storage, name in
      guard let place = places[storage.key] else {
        throw PickleFault.file("tensor '\(name)' wants storage '\(storage.key)', which is missing")
      }
      return place
    }
  }

  /// Where each storage lies, the first one's element count being at `offset`.
  private func places(
    of keys: [String], _ storages: [String: PickleStorage], from offset: Int
  ) throws -> [String: TensorStorage] {
    var (places, offset) = ([String: TensorStorage](), offset)
    for key in keys {
      guard let storage = storages[key] else { throw PickleFault.file("no tensor uses storage '\(key)'") }
      guard source.size - offset >= Self.countBytes else {
        throw PickleFault.file("it ends at byte \(source.size), before storage '\(key)'; copy or save it again")
      }
      var counter = ByteCursor(try source.read(at: offset, count: Self.countBytes))
      let count: Int64 = try counter.integer()
      offset += Self.countBytes
      guard count == storage.count, let byteCount = storage.byteCount, byteCount >= 0 else {
        throw PickleFault.file("storage '\(key)' has \(count) elements, the pickle says \(storage.count)")
      }
      guard byteCount <= source.size - offset else {
        throw PickleFault.file(
          """
          storage '\(key)' takes \(byteCount) bytes at \(offset), \(source.size - offset) are left; the file was cut \
          short, copy or save it again
          """)
      }
      guard places.updateValue(.file(offset: offset, byteCount: byteCount), forKey: key) == nil else {
        throw PickleFault.file("storage '\(key)' is there twice")
      }
      offset += byteCount
    }
    guard offset == source.size else {
      throw PickleFault.file("\(source.size - offset) bytes follow its last storage")
    }
    return places
  }
}
