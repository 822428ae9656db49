internal import Files
internal import LinearAlgebra
internal import TensorFiles

/// Rows of one file: the rows of a tensor, its responses, or one vector.
package struct RowPart: Sendable {
  /// What in the file is rows.
  enum Content: Sendable {
    /// The first axis of a tensor (rows, layers, d), or (rows, d) of one layer, by its name; its axes in another order where one is said.
    case tensor(String, axes: [Int]?)
    /// Each response.
    case responses(ExpectedShape)
    /// The vector of a role.
    case vector(VectorSource)
  }

  /// The file, or the folder of one file a response.
  package let path: String
  let content: Content
  /// The number of rows.
  package let rows: Int
  /// The layer rows, and the dimensions, of each.
  let layers, hiddenSize: Int
  /// The type of all elements; nil if they differ in it.
  let elementType: ElementType?
  /// What a user should know of how it is taken.
  let note: String?
  /// Whether it is a tensor of two axes, whose rows could be the layers of one vector.
  let couldBeVector: Bool

  /// The tensor that it is, or a row of which; empty for what is told by the file.
  var tensorName: String {
    switch content {
    case .tensor(let name, _): name
    case .responses: ""
    case .vector(let source): "\(source.name)"
    }
  }

  /// The rows of `tensor` of `file`.
  ///
  /// - Throws: `FileError` if it has another rank, or no elements.
  init(_ tensor: TensorEntry, of file: TensorFile, axes: AxesOrder?) throws {
    let order = axes?.permutation(rank: tensor.shape.count)
    let entry = order.map { tensor.withAxes($0) } ?? tensor
    let shape = entry.shape.count == 1 ? [1] + entry.shape : entry.shape
    guard (2...3).contains(shape.count), !shape.contains(0) else {
      throw FileError(
        path: file.path, place: tensor.name,
        fault: DumpFault.rank(shape: tensor.shape, wanted: "(rows, layers, d), or (rows, d) of one layer,"))
    }
    (path, content, rows) = (file.path, .tensor(tensor.name, axes: order), shape[0])
    (layers, hiddenSize) = (shape.count == 3 ? shape[1] : 1, shape[shape.count - 1])
    (elementType, note, couldBeVector) = (tensor.elementType, nil, shape.count == 2 && axes == nil)
  }

  /// The responses at `path`.
  init(responsesAt path: String, _ expected: ExpectedShape) throws {
    let file = try ResponseFile(path, expecting: expected)
    (self.path, content, rows) = (path, .responses(expected), file.responses.count)
    (layers, hiddenSize, elementType, note) = (file.rows, file.hiddenSize, file.elementType, file.shapeNote)
    couldBeVector = false
  }

  /// One vector.
  init(_ source: VectorSource) throws {
    let file = try TensorFile(path: source.path)
    (layers, hiddenSize) = try source.shape(in: file)
    (path, content, rows) = (source.path, .vector(source), 1)
    // A vector can be a mean, or lie in several tensors: it is read as numbers.
    (elementType, note, couldBeVector) = (nil, nil, false)
  }
}

/// A part whose file is open.
enum OpenedPart: Sendable {
  case tensor(TensorFile, TensorEntry, TensorFile.Block?)
  case responses(ResponseFile, [ResponseFile.Response])
  case vector(TensorFile, VectorSource)

  init(_ part: RowPart) throws {
    switch part.content {
    case .tensor(let name, let axes):
      let file = try TensorFile(path: part.path)
      let found = try file.tensor(named: name)
      let entry = axes.map { found.withAxes($0) } ?? found
      self = .tensor(file, entry, try file.block(of: entry))
    case .responses(let expected):
      let file = try ResponseFile(part.path, expecting: expected)
      self = .responses(file, try file.placed(file.responses))
    case .vector(let source): self = .vector(try TensorFile(path: source.path), source)
    }
  }

  /// Reads the rows `rows` in the layer row `layer`, `width` elements of `encoding` each, to `bytes`, from `start` on.
  func read(
    _ rows: Range<Int>, layer: Int, width: Int, as encoding: ElementEncoding, into bytes: inout [UInt8], at start: Int
  ) throws {
    let rowBytes = width * encoding.byteCount
    switch self {
    case .tensor(let file, let entry, let block):
      let isEncoded = ElementEncoding(entry.elementType) == encoding
      guard isEncoded, let block else {
        let own = entry.shape.count == 3 ? [rows, layer..<layer + 1, 0..<width] : [rows, 0..<width]
        let ranges = entry.shape.count == 1 ? [0..<width] : own
        let found = isEncoded ? try file.readBytes(entry, ranges) : Self.encoded(try file.read(entry, ranges))
        bytes.replaceSubrange(start..<start + rows.count * rowBytes, with: found)
        return
      }
      let layers = entry.shape.count == 3 ? entry.shape[1] : 1
      if layers == 1 {
        let range = rows.lowerBound * rowBytes..<rows.upperBound * rowBytes
        return try file.read(block, range, into: &bytes, at: start)
      }
      for (place, row) in rows.enumerated() {
        let first = (row * layers + layer) * rowBytes
        try file.read(block, first..<first + rowBytes, into: &bytes, at: start + place * rowBytes)
      }
    case .responses(let file, let responses):
      let reader = SliceReader(file, layer..<layer + 1)
      for (place, row) in rows.enumerated() {
        if reader.encoding == encoding {
          try reader.read(responses[row], to: start + place * rowBytes, of: &bytes)
        } else {
          let found = Self.encoded(try file.values(responses[row], layer..<layer + 1))
          bytes.replaceSubrange(start + place * rowBytes..<start + (place + 1) * rowBytes, with: found)
        }
      }
    case .vector(let file, let source):
      let found = Self.encoded(try source.values(in: file, layers: layer..<layer + 1))
      bytes.replaceSubrange(start..<start + rowBytes, with: found)
    }
  }

  /// Values of a part that differs from others in its type.
  private static func encoded(_ values: [Double]) -> [UInt8] { ElementType.float64.encode(values[...]) }
}
