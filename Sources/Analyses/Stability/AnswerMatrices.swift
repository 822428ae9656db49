internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import TensorFiles

/// The responses of one role in some layer rows, read once.
struct AnswerMatrices {
  /// One matrix a row of the file, scaled as the space is; shape (n, d) each.
  let layers: [Matrix]
  /// The digest of the elements of each row as they are on disk.
  let digests: [String]
  /// The keys of the responses.
  let keys: [String]
  /// These, and the type of the responses.
  let described: String

  /// - Parameters:
  ///   - responses: those that are read, all of the file if nil.
  ///   - numbers: the layer of each of `rows`, for what is said of a value that is not finite.
  ///   - factors: what the activations of each row are multiplied by; nil for nothing.
  /// - Throws: `FileError`, also if a value is not finite or beyond range.
  init(
    _ ordered: OrderedResponses, _ responses: [ResponseFile.Response]? = nil, rows: Range<Int>, numbers: [Int],
    factors: [[Double]?]
  ) throws {
    let (file, all, d) = (ordered.file, responses ?? ordered.responses, ordered.file.hiddenSize)
    let reader = SliceReader(file, rows)
    // As `SliceReader` encodes them.
    let type = file.elementType.flatMap { ElementEncoding($0) == nil ? nil : $0 } ?? .float64
    let digests = RowDigests(rows: rows.count, rowBytes: reader.rowBytes)
    var elements = [[Double]](repeating: [], count: rows.count)
    for row in elements.indices { elements[row].reserveCapacity(all.count * d) }
    try reader.forEachGroup(of: all, ahead: Self.ahead) { _, group, bytes in
      digests.add(bytes, responses: group.count)
      let values = type.decode(bytes)
      for place in 0..<group.count {
        for row in rows.indices {
          let number = row - rows.lowerBound
          let start = (place * rows.count + number) * d
          elements[number] += values[start..<start + d]
        }
      }
    }
    for (row, own) in elements.enumerated() {
      // A sum of squares shows a value that is not finite or beyond range, and a response of zeros, at little cost.
      let squares = all.indices.map { place in own[place * d..<(place + 1) * d].reduce(0) { $0 + $1 * $1 } }
      guard !squares.allSatisfy({ $0.isFinite && $0 > 0 }) else { continue }
      guard let found = own.firstUnusable(columns: d) else {
        if squares.allSatisfy(\.isFinite) { continue }
        throw FileError(path: file.path, fault: ResponseFault.overflow(layer: numbers[row]))
      }
      let count = squares.count { !$0.isFinite || $0 == 0 }
      throw FileError(
        path: file.path, place: all[found.row].key,
        fault: NonFiniteFault.responses(count, layer: numbers[row], dimension: found.column, value: found.value))
    }
    try file.file.checkUnchanged()
    layers = elements.enumerated().map { row, own in
      Matrix(rows: all.count, columns: d, elements: own).scalingColumns(by: factors[row])
    }
    self.digests = digests.texts
    keys = all.map(\.key)
    described = keys.joined(separator: "\n") + "\n\(file.elementType?.rawValue ?? "mixed")"
  }

  /// The responses that the system is asked to read ahead.
  private static let ahead = 64
}
