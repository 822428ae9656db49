package import LinearAlgebra
internal import TensorFiles

/// Reads some layer rows of responses, a group of responses into the same memory.
package struct SliceReader {
  /// How the elements are encoded: as in the file; as float64 where responses differ, or it is a type that is not summed.
  package let encoding: ElementEncoding
  private let file: ResponseFile
  private let rows: Range<Int>
  /// The bytes of the rows of one response.
  package let byteCount: Int
  /// The bytes of one row of one response.
  package var rowBytes: Int { file.hiddenSize * encoding.byteCount }

  /// A reader of the layer rows `rows` of the responses of `file`.
  package init(_ file: ResponseFile, _ rows: Range<Int>) {
    (self.file, self.rows, encoding) = (file, rows, Self.encoding(of: file))
    byteCount = rows.count * file.hiddenSize * encoding.byteCount
  }

  package static func encoding(of file: ResponseFile) -> ElementEncoding {
    file.elementType.flatMap { ElementEncoding($0) } ?? .float64
  }

  /// Calls `body` with the bytes of the rows of one group of `responses` after the other.
  ///
  /// - Parameters:
  ///   - tiles: parts of the rows, of which one after the other is read of a group, so that what is read stays in a processor's
  ///     cache; nil for all rows at once.
  ///   - ahead: the responses that the system is asked to read ahead; nil for as many as it does by itself.
  ///   - body: takes the index of the tile, the responses of the group, and their rows of the tile one after the other.
  /// - Throws: `FileError` if the file cannot be read, and what `body` throws.
  package func forEachGroup(
    of responses: [ResponseFile.Response], tiles: [Range<Int>]? = nil, ahead: Int?,
    _ body: (_ tile: Int, _ group: ArraySlice<ResponseFile.Response>, _ bytes: [UInt8]) throws -> Void
  ) throws {
    let readers = tiles?.map { SliceReader(file, $0) } ?? [self]
    var bytes: [UInt8] = []
    if let ahead { prefetch(responses.prefix(ahead)) }
    for start in stride(from: 0, to: responses.count, by: ColumnMoments.group) {
      if let ahead { prefetch(responses.dropFirst(start + ahead).prefix(ColumnMoments.group)) }
      let group = responses[start..<min(start + ColumnMoments.group, responses.count)]
      for (tile, reader) in readers.enumerated() {
        for (place, response) in group.enumerated() { try reader.read(response, at: place, into: &bytes) }
        try body(tile, group, bytes)
      }
    }
  }

  /// Has the system read the rows of `responses` ahead of time.
  private func prefetch(_ responses: ArraySlice<ResponseFile.Response>) {
    for response in responses {
      guard let block = response.block else { continue }
      let first = offset(in: response)
      file.file.prefetch(block, first..<first + byteCount)
    }
  }

  /// The byte of a response's block at which its rows begin.
  private func offset(in response: ResponseFile.Response) -> Int {
    ((response.leading ?? 0) * file.rows + rows.lowerBound) * file.hiddenSize * encoding.byteCount
  }

  /// Reads `response` to the place `place` of the group in `bytes`, which grow to take a whole group.
  private func read(_ response: ResponseFile.Response, at place: Int, into bytes: inout [UInt8]) throws {
    if bytes.count < ColumnMoments.group * byteCount {
      bytes = [UInt8](repeating: 0, count: ColumnMoments.group * byteCount)
    }
    try read(response, to: place * byteCount, of: &bytes)
  }

  /// Reads `response` to `bytes`, from `start` on.
  func read(_ response: ResponseFile.Response, to start: Int, of bytes: inout [UInt8]) throws {
    if let block = response.block {
      let first = offset(in: response)
      return try file.file.read(block, first..<first + byteCount, into: &bytes, at: start)
    }
    let isOwn = file.elementType.flatMap { ElementEncoding($0) } != nil
    let found =
      isOwn
      ? try file.bytes(response, rows)
      : ElementType.float64.encode(try file.values(response, rows)[...])
    bytes.replaceSubrange(start..<start + byteCount, with: found)
  }
}
