internal import Files
internal import LinearAlgebra
internal import TensorFiles

/// The means of some responses of a persona in some layer rows.
package struct ResponseMoments {
  /// One mean a row; shape (rows)(d).
  package let means: [[Double]]

  /// Of `responses`, at least one, of `file` in the rows `rows`.
  ///
  /// - Throws: `FileError`, also if a value is not finite or a response nothing but zeros; `layers` are the numbers of the rows.
  package init(_ responses: [ResponseFile.Response], of file: ResponseFile, rows: Range<Int>, layers: [Int]) throws {
    let reader = SliceReader(file, rows)
    let d = file.hiddenSize
    var moments = ColumnMoments(parts: rows.count, width: d, encoding: reader.encoding)
    var hasZeros = false
    try reader.forEachGroup(of: responses, ahead: Self.ahead) { _, group, bytes in
      let found = reader.encoding.firstZeroRow(of: bytes, rows: group.count * rows.count, reader.rowBytes)
      hasZeros = hasZeros || found != nil
      moments.add(bytes, rows: group.count)
    }
    if hasZeros || !moments.sumsOfSquares.allSatisfy(\.isFinite) {
      for response in responses {
        let values = try file.file.read(response.tensor, file.ranges(response, rows))
        guard let found = values.firstUnusable(columns: d) else { continue }
        throw FileError(
          path: file.file.path, place: response.key,
          fault: NonFiniteFault.responses(1, layer: layers[found.row], dimension: found.column, value: found.value))
      }
      throw FileError(path: file.file.path, fault: ResponseFault.overflow(layer: layers[0]))
    }
    let all = moments.means
    means = rows.indices.map { row in
      let place = row - rows.lowerBound
      return Array(all[place * d..<(place + 1) * d])
    }
  }

  /// The responses that the system is asked to read ahead.
  private static let ahead = 64
}
