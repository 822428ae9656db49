internal import Files

/// The header of a safetensors file, with every invariant of the format checked
/// (huggingface/safetensors, README "Format" and "Notes").
enum SafetensorsHeader {
  /// The reference implementation's limit.
  static let lengthLimit = 100_000_000
  /// 276 roles of 1,200 responses in one file are a third of a million.
  static let tensorLimit = 1 << 19

  /// The types of the format that are read, by their names in the header.
  static let elementTypes: [String: ElementType] = [
    "BOOL": .bool, "U8": .uint8, "I8": .int8, "U16": .uint16, "I16": .int16, "U32": .uint32, "I32": .int32,
    "U64": .uint64, "I64": .int64, "F16": .float16, "BF16": .bfloat16, "F32": .float32, "F64": .float64,
    "F8_E4M3": .float8E4M3, "F8_E5M2": .float8E5M2, "F8_E8M0": .float8E8M0, "F8_E4M3FNUZ": .float8E4M3FNUZ,
    "F8_E5M2FNUZ": .float8E5M2FNUZ,
  ]

  /// Whether a file that starts with `start` can be one: eight bytes of length, then a JSON object.
  static func mayStart(_ start: [UInt8], path: String) -> Bool {
    if path.hasSuffix(".safetensors") { return true }
    return start.count > 8 && start[8] == UInt8(ascii: "{")
  }

  /// Reads and checks the header of `source`.
  static func read(_ source: ByteSource) throws -> FileContent {
    do {
      var content = FileContent()
      guard source.size >= 8 else { throw SafetensorsFault.tooShort(source.size) }
      var prefix = ByteCursor(try source.read(at: 0, count: 8))
      let length: UInt64 = try prefix.integer()
      guard length <= lengthLimit else { throw SafetensorsFault.headerTooLong(length) }
      guard Int(length) <= source.size - 8 else {
        throw SafetensorsFault.headerPastEnd(length: Int(length), available: source.size - 8)
      }
      var header = JSONCursor(try source.read(at: 8, count: Int(length)))
      let dataStart = 8 + Int(length)
      var extents: [Extent] = []
      try header.object { name, header in
        if name == "__metadata__" {
          try header.object { key, header in content.note(try header.string(), key) }
        } else {
          extents.append(try tensor(name, &header))
          guard extents.count <= tensorLimit else { throw SafetensorsFault.tooManyTensors }
        }
      }
      try header.end()
      try checkCover(extents, dataSize: source.size - dataStart)
      content.tensors = try extents.map { extent in
        try TensorEntry(
          name: extent.name, elementType: extent.elementType, shape: extent.shape,
          storage: .file(offset: dataStart + extent.begin, byteCount: extent.end - extent.begin))
      }
      return content
    } catch let fault as any FileFault {
      throw FileError(path: source.path, place: "safetensors header", fault: fault)
    }
  }

  private struct Extent {
    let name: String
    let elementType: ElementType
    let shape: [Int]
    let begin: Int
    let end: Int
  }

  private static func tensor(_ name: String, _ header: inout JSONCursor) throws -> Extent {
    var (type, shape, offsets): (String?, [Int]?, [Int]?) = (nil, nil, nil)
    try header.object { key, header in
      switch key {
      case "dtype": type = try header.string()
      case "shape": shape = try header.integers()
      case "data_offsets": offsets = try header.integers()
      default: throw SafetensorsFault.key(tensor: name, key: key)
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else { throw SafetensorsFault.incomplete(tensor: name) }
    guard let elementType = elementTypes[type] else { throw SafetensorsFault.type(tensor: name, type: type) }
    let extent = Extent(name: name, elementType: elementType, shape: shape, begin: offsets[0], end: offsets[1])
    guard extent.begin <= extent.end else { throw SafetensorsFault.reversed(tensor: name) }
    let wanted = try shape.reduce(elementType.byteCount) { try checked($0.multipliedReportingOverflow(by: $1)) }
    guard extent.end - extent.begin == wanted else {
      throw SafetensorsFault.span(tensor: name, found: extent.end - extent.begin, wanted: wanted)
    }
    return extent
  }

  /// The tensors must fill the data without hole, overlap or rest.
  private static func checkCover(_ extents: [Extent], dataSize: Int) throws {
    var position = 0
    for extent in extents.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      if extent.begin < position { throw SafetensorsFault.overlap(tensor: extent.name) }
      if extent.begin > position { throw SafetensorsFault.hole(before: extent.name, at: position) }
      position = extent.end
    }
    guard position == dataSize else { throw SafetensorsFault.dataLength(found: dataSize, wanted: position) }
  }
}
