internal import Files

extension TensorFile {
  /// A tensor whose elements lie in the file one after the other, in C order and little-endian, for readers that take many
  /// tensors piece by piece into memory they have.
  package struct Block: Sendable {
    /// The byte of the file at which the first element begins.
    fileprivate let offset: Int
    /// The size of the whole tensor.
    package let byteCount: Int
  }

  /// Where `tensor` lies; nil if it cannot be read so: deflated, transposed, big-endian, in memory.
  ///
  /// - Throws: `FileError` if a zip archive contradicts itself about it.
  package func block(of tensor: TensorEntry) throws -> Block? {
    let width = tensor.elementType.byteCount
    guard tensor.isContiguous, !tensor.isBigEndian || width == 1 else { return nil }
    let start = tensor.offset * width
    let byteCount = tensor.elementCount * width
    switch tensor.storage {
    case .file(let offset, _): return Block(offset: offset + start, byteCount: byteCount)
    case .member(let member, let header):
      guard let archive, !member.isDeflated else { return nil }
      return Block(offset: try archive.dataOffset(of: member) + header + start, byteCount: byteCount)
    case .memory: return nil
    }
  }

  /// Reads the bytes `range` of `block` into `bytes`, from index `start` on. What was read is of one state of the file if
  /// `checkUnchanged` says so afterwards.
  package func read(_ block: Block, _ range: Range<Int>, into bytes: inout [UInt8], at start: Int) throws {
    precondition(range.lowerBound >= 0 && range.upperBound <= block.byteCount, "outside the tensor")
    try source.read(at: block.offset + range.lowerBound, into: &bytes, at: start, count: range.count)
  }

  /// Has the system read the bytes `range` of `block` ahead of time.
  package func prefetch(_ block: Block, _ range: Range<Int>) {
    source.prefetch(block.offset + range.lowerBound..<block.offset + range.upperBound)
  }

  /// Throws `FileError` unless the path still names the file that was opened, in the state it had then.
  package func checkUnchanged() throws { try source.checkUnchanged() }
}
