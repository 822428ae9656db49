internal import Synchronization

/// The content of the deflated member that was read last.
///
/// Deflated data has no random access, so a slice takes the whole member; reading slice after slice must not inflate
/// it each time.
final class InflatedMember: Sendable {
  private let last = Mutex<(name: String, bytes: [UInt8])?>(nil)

  /// The content of `member` behind its first `header` bytes.
  func content(of member: ZipMember, header: Int, in archive: ZipArchive) throws -> [UInt8] {
    try last.withLock { last in
      if let last, last.name == member.name { return last.bytes }
      var bytes = try archive.contents(of: member)
      bytes.removeFirst(header)
      last = (member.name, bytes)
      return bytes
    }
  }
}
