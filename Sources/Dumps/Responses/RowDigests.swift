internal import Files

/// The digests of what is read of responses, one for each of some layer rows.
package struct RowDigests {
  private let digests: [ContentDigest]
  private let rowBytes: Int

  /// Of `rows` rows of `rowBytes` bytes.
  package init(rows: Int, rowBytes: Int) {
    digests = (0..<rows).map { _ in ContentDigest() }
    self.rowBytes = rowBytes
  }

  /// Adds `responses` responses, whose rows lie in `bytes` one after the other.
  package func add(_ bytes: [UInt8], responses: Int) {
    for place in 0..<responses {
      for (row, digest) in digests.enumerated() {
        let start = (place * digests.count + row) * rowBytes
        digest.update(bytes[start..<start + rowBytes])
      }
    }
  }

  /// One digest a row, in hexadecimal.
  package var texts: [String] { digests.map(\.text) }
}
