/// Reads a file from its first byte to its last, a piece at a time.
package struct PieceReader {
  private static let pieceBytes = 1 << 18

  private let source: ByteSource
  private var piece: [UInt8] = []
  private var index = 0
  private var nextOffset = 0

  /// The path, as it was given.
  package var path: String { source.path }

  /// Opens the file at `path`.
  package init(path: String) throws { source = try ByteSource(path: path) }

  /// The byte that `next` would give; nil at the end.
  package mutating func peek() throws -> UInt8? {
    if index == piece.count { try refill() }
    return index < piece.count ? piece[index] : nil
  }

  /// The next byte; nil at the end.
  ///
  /// - Throws: `FileError` if it cannot be read, or if the file was changed meanwhile, which is looked at in the end.
  package mutating func next() throws -> UInt8? {
    guard let byte = try peek() else { return nil }
    index += 1
    return byte
  }

  private mutating func refill() throws {
    guard nextOffset < source.size else { return try source.checkUnchanged() }
    let count = min(Self.pieceBytes, source.size - nextOffset)
    if piece.count != count { piece = [UInt8](repeating: 0, count: count) }
    try source.read(at: nextOffset, into: &piece, at: 0, count: count)
    (index, nextOffset) = (0, nextOffset + count)
  }
}
