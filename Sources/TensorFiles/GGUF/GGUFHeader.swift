internal import Files

/// The description of a GGUF file, versions 2 and 3 (ggml, docs/gguf.md): key-value pairs, then tensor infos, then,
/// aligned, the data. Control vectors are kept so.
enum GGUFHeader {
  static let magic: [UInt8] = Array("GGUF".utf8)
  /// Vocabularies of language models take 10 MB.
  static let lengthLimit = 1 << 25
  /// Language models have some 40 pairs and a thousand tensors; names take more memory than they take of the file.
  static let entryLimit = 1 << 16
  /// Where data are aligned, unless `general.alignment` says otherwise.
  static let defaultAlignment = 32
  /// The format's own limit.
  private static let rankLimit = 4
  /// Arrays in arrays; no known file has any.
  private static let arrayDepthLimit = 2
  /// The description is read in a first piece of the file; a larger one if it does not end there.
  private static let firstPiece = 1 << 16
  private static let growth = 8

  /// The types that are read, by their numbers (`ggml_type`).
  static let elementTypes: [UInt32: ElementType] = [
    0: .float32, 1: .float16, 24: .int8, 25: .int16, 26: .int32, 27: .int64, 28: .float64, 30: .bfloat16,
  ]

  /// Reads and checks the description of `source`.
  static func read(_ source: ByteSource) throws -> FileContent {
    var piece = min(firstPiece, source.size)
    while true {
      do {
        return try content(ByteCursor(try source.read(at: 0, count: piece)), fileSize: source.size)
      } catch CursorFault.truncated(let offset, let wanted) {
        guard piece < source.size else {
          throw FileError(path: source.path, fault: CursorFault.truncated(offset: offset, wanted: wanted))
        }
        guard piece < lengthLimit else {
          throw FileError(path: source.path, fault: GGUFFault.headerTooLong)
        }
        piece = min(growth * piece, source.size, lengthLimit)
      } catch let fault as any FileFault {
        throw FileError(path: source.path, fault: fault)
      }
    }
  }

  private struct Info {
    let name: String
    let elementType: ElementType
    let shape: [Int]
    let offset: Int
    let byteCount: Int
  }

  private static func content(_ start: ByteCursor, fileSize: Int) throws -> FileContent {
    var cursor = start
    _ = try cursor.take(magic.count)
    let version: UInt32 = try cursor.integer()
    guard version == 2 || version == 3 else { throw GGUFFault.version(version) }
    let (tensorCount, pairCount) = (try cursor.size64(), try cursor.size64())
    for count in [tensorCount, pairCount] where count > entryLimit { throw GGUFFault.tooManyEntries(count) }
    var content = FileContent()
    var (alignment, keys) = (defaultAlignment, Set<String>())
    for _ in 0..<pairCount {
      let key = try string(&cursor)
      guard keys.insert(key).inserted else { throw GGUFFault.duplicate(key) }
      let text = try value(&cursor, type: try cursor.integer(), key: key)
      if key == "general.alignment" {
        guard let stated = unsigned(text.utf8, as: Int.self), stated > 0, stated <= 1 << 16, stated & (stated - 1) == 0
        else {
          throw GGUFFault.alignment(text)
        }
        alignment = stated
      }
      content.note(text, key)
    }
    var (infos, names) = ([Info](), Set<String>())
    for _ in 0..<tensorCount {
      let info = try Self.info(&cursor, alignment: alignment)
      guard names.insert(info.name).inserted else { throw GGUFFault.duplicate(info.name) }
      infos.append(info)
    }
    let dataStart = (cursor.offset + alignment - 1) / alignment * alignment
    try checkExtents(infos, available: fileSize - dataStart)
    content.tensors = try infos.map { info in
      try TensorEntry(
        name: info.name, elementType: info.elementType, shape: info.shape,
        storage: .file(offset: dataStart + info.offset, byteCount: info.byteCount))
    }
    return content
  }

  private static func info(_ cursor: inout ByteCursor, alignment: Int) throws -> Info {
    let name = try string(&cursor)
    let rank: UInt32 = try cursor.integer()
    guard rank <= rankLimit else { throw GGUFFault.rank(tensor: name, Int(rank)) }
    // The fastest dimension comes first.
    let shape = Array(try (0..<rank).map { _ in try cursor.size64() }.reversed())
    let number: UInt32 = try cursor.integer()
    guard let elementType = elementTypes[number] else { throw GGUFFault.type(tensor: name, number) }
    let offset = try cursor.size64()
    guard offset % alignment == 0 else { throw GGUFFault.misaligned(tensor: name, offset: offset) }
    let byteCount = try shape.reduce(elementType.byteCount) { try checked($0.multipliedReportingOverflow(by: $1)) }
    return Info(name: name, elementType: elementType, shape: shape, offset: offset, byteCount: byteCount)
  }

  /// The tensors must lie within the data and apart; there may be padding between them.
  private static func checkExtents(_ infos: [Info], available: Int) throws {
    var end = 0
    for info in infos.sorted(by: { ($0.offset, $0.byteCount) < ($1.offset, $1.byteCount) }) {
      guard info.offset <= available, info.byteCount <= available - info.offset else {
        throw GGUFFault.pastEnd(tensor: info.name)
      }
      // A tensor without elements overlaps nothing.
      if info.byteCount == 0 { continue }
      guard info.offset >= end else { throw GGUFFault.overlap(tensor: info.name) }
      end = info.offset + info.byteCount
    }
  }

  private static func string(_ cursor: inout ByteCursor) throws -> String {
    let start = cursor.offset
    let length = try cursor.size64()
    guard let text = String(validating: try cursor.take(length), as: UTF8.self) else {
      throw GGUFFault.text(offset: start)
    }
    return text
  }

  /// The value of `key` as text; arrays are passed over, and told by their length.
  private static func value(_ cursor: inout ByteCursor, type: UInt32, key: String, depth: Int = 0) throws -> String {
    switch type {
    case 0: return "\(try cursor.integer(UInt8.self))"
    case 1: return "\(try cursor.integer(Int8.self))"
    case 2: return "\(try cursor.integer(UInt16.self))"
    case 3: return "\(try cursor.integer(Int16.self))"
    case 4: return "\(try cursor.integer(UInt32.self))"
    case 5: return "\(try cursor.integer(Int32.self))"
    case 6: return "\(Float(bitPattern: try cursor.integer()))"
    case 7: return try cursor.integer(UInt8.self) == 0 ? "false" : "true"
    case 8: return try string(&cursor)
    case 9:
      guard depth < arrayDepthLimit else { throw GGUFFault.nesting(key: key) }
      let (element, count): (UInt32, Int) = (try cursor.integer(), try cursor.size64())
      if let width = widths[element] {
        _ = try cursor.take(try checked(count.multipliedReportingOverflow(by: width)))
      } else {
        for _ in 0..<count { _ = try value(&cursor, type: element, key: key, depth: depth + 1) }
      }
      return "\(count) values"
    case 10: return "\(try cursor.integer(UInt64.self))"
    case 11: return "\(try cursor.integer(Int64.self))"
    case 12: return "\(Double(bitPattern: try cursor.integer()))"
    default: throw GGUFFault.valueType(key: key, type)
    }
  }

  /// The bytes that values of a type of one width take (`gguf_type`).
  private static let widths: [UInt32: Int] = [
    0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8,
  ]
}
