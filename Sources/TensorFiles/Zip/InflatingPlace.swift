internal import Synchronization

/// The reader of the deflated member that was read last, for one thread at a time.
final class InflatingPlace: Sendable {
  private let reader = Mutex<InflatingReader?>(nil)

  /// The `count` bytes at `offset` of the content of `member`.
  func read(_ member: ZipMember, in archive: ZipArchive, at offset: Int, count: Int) throws -> [UInt8] {
    try reader.withLock { reader in
      if reader?.member != member { reader = try InflatingReader(member, in: archive) }
      do {
        return try reader?.read(at: offset, count: count) ?? []
      } catch {
        // One that failed stands at no known place.
        reader = nil
        throw error
      }
    }
  }
}
