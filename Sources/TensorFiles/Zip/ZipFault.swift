internal import Files

/// A broken invariant of a zip archive.
enum ZipFault: FileFault, Equatable {
  case noEndRecord
  case badEndRecord(String)
  case tooManyMembers(Int)
  case badRecord(offset: Int)
  case badName(String)
  case duplicateName(String)
  case encrypted
  case method(Int)
  case overlap(with: String)
  case pastEnd
  case localDisagrees(String)
  case inflate(String)
  case bomb(declared: Int, compressed: Int)
  case expansion(declared: Int, compressed: Int)
  case checksum(found: UInt32, declared: UInt32)

  var explanation: String {
    switch self {
    case .noEndRecord:
      "no end-of-archive record: the file was cut short, or is not a zip archive; copy or save it again"
    case .badEndRecord(let what): "the end-of-archive record is inconsistent: \(what)"
    case .tooManyMembers(let count): "\(count) members; at most \(ZipArchive.memberLimit) are read"
    case .badRecord(let offset): "no zip record where one should start, at byte \(offset)"
    case .badName(let name): "the member name '\(name)' is absolute or leaves its folder"
    case .duplicateName(let name): "two members are named '\(name)'"
    case .encrypted: "the member is encrypted; save it without a password"
    case .method(let method): "compression method \(method); only stored and deflated members are read"
    case .overlap(let other): "the member overlaps '\(other)'"
    case .pastEnd: "the member extends past the archive's data, or into the next member"
    case .localDisagrees(let what): "its local header and the central directory disagree on the \(what)"
    case .inflate(let what): "its compressed data are damaged: \(what)"
    case .bomb(let declared, let compressed):
      "\(compressed) bytes cannot inflate to the declared \(declared)"
    case .expansion(let declared, let compressed):
      "refuses to inflate \(compressed) bytes to \(declared); save it uncompressed (numpy.savez) if that is right"
    case .checksum(let found, let declared):
      "its CRC-32 is \(found), the archive says \(declared): the data are damaged"
    }
  }
}
