package import LinearAlgebra

extension ElementEncoding {
  /// The first of the first `rows` rows of `rowBytes` bytes in `bytes` that is nothing but zeros, of either sign; nil if none is.
  ///
  /// - Complexity: of rows that begin with another number, constant a row.
  package func firstZeroRow(of bytes: [UInt8], rows: Int, _ rowBytes: Int) -> Int? {
    // A zero of one dimension is a number.
    if rowBytes <= byteCount { return nil }
    return (0..<rows).first { row in
      let start = row * rowBytes
      return stride(from: start, to: start + rowBytes, by: byteCount).allSatisfy { element in
        // The sign is the highest bit of the last byte.
        bytes[element + byteCount - 1] & 0x7F == 0 && bytes[element..<element + byteCount - 1].allSatisfy { $0 == 0 }
      }
    }
  }
}
