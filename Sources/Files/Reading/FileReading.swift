/// The content of a text file of at most `limit` bytes.
///
/// - Throws: `FileError` if it cannot be read or is longer.
public func readFile(_ path: String, limit: Int = 1 << 28) throws -> [UInt8] {
  let source = try ByteSource(path: path)
  guard source.size <= limit else {
    throw FileError(path: path, fault: AccessFault.tooLong(bytes: source.size, limit: limit))
  }
  let content = try source.read(at: 0, count: source.size)
  try source.checkUnchanged()
  return content
}

/// Calls `body` with the content of a file, piece after piece.
///
/// - Throws: `FileError` if it cannot be read, and what `body` throws.
public func forEachPiece(of path: String, _ body: ([UInt8]) throws -> Void) throws {
  let source = try ByteSource(path: path)
  let piece = 1 << 20
  for start in stride(from: 0, to: source.size, by: piece) {
    try body(try source.read(at: start, count: min(piece, source.size - start)))
  }
  try source.checkUnchanged()
}
