internal import Foundation

extension TemporaryFolder {
  /// Writes a file of `size` zeros in which `pieces` stand at their offsets, and gives its path; the zeros take no room
  /// on the disk.
  public func writeSparse(_ pieces: [(offset: Int, bytes: [UInt8])], size: Int, to name: String) throws -> String {
    let path = try write([], to: name)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    for piece in pieces {
      try file.seek(toOffset: UInt64(piece.offset))
      try file.write(contentsOf: Data(piece.bytes))
    }
    try file.truncate(atOffset: UInt64(size))
    try file.close()
    return path
  }

  /// Writes what `pieces` gives, piece after piece until it gives none, and gives the file's path.
  public func write(pieces next: () -> [UInt8]?, to name: String) throws -> String {
    let path = try write([], to: name)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    while let piece = next() { try file.write(contentsOf: Data(piece)) }
    try file.close()
    return path
  }
}
