internal import Files

/// The header of a `.npy` file, versions 1.0 to 3.0 (NumPy documentation, numpy.lib.format).
struct NumPyHeader: Equatable {
  static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]
  /// NumPy itself refuses longer ones by default.
  static let lengthLimit = 10_000
  /// The bytes in which the length of the header is sure to be found.
  static let prefixLength = 12

  /// The type codes of `descr`, without their byte order.
  static let elementTypes: [String: ElementType] = [
    "b1": .bool, "u1": .uint8, "i1": .int8, "u2": .uint16, "i2": .int16, "u4": .uint32, "i4": .int32,
    "u8": .uint64, "i8": .int64, "f2": .float16, "f4": .float32, "f8": .float64,
  ]

  let elementType: ElementType
  let isBigEndian: Bool
  let isFortranOrder: Bool
  let shape: [Int]
  /// Where the elements begin.
  let dataOffset: Int

  /// The number of bytes to the elements, from the first `prefixLength` bytes.
  static func dataOffset(prefix: [UInt8]) throws -> Int {
    var cursor = ByteCursor(prefix)
    guard try cursor.take(magic.count).elementsEqual(magic) else { throw NumPyFault.magic }
    let (major, minor): (UInt8, UInt8) = (try cursor.integer(), try cursor.integer())
    guard (1...3).contains(major), minor == 0 else { throw NumPyFault.version(Int(major), Int(minor)) }
    let length = major == 1 ? Int(try cursor.integer(UInt16.self)) : Int(try cursor.integer(UInt32.self))
    guard length <= lengthLimit else { throw NumPyFault.headerLength(length) }
    return cursor.offset + length
  }

  /// What a header says, as it stands there.
  struct Fields {
    let type: String
    let isFortranOrder: Bool
    let shape: [Int]
    let dataOffset: Int
  }

  /// What the header in `bytes` says, which end where the elements begin.
  static func fields(parsing bytes: [UInt8]) throws -> Fields {
    let length = try Self.dataOffset(prefix: bytes)
    guard length == bytes.count else { throw CursorFault.truncated(offset: bytes.count, wanted: length - bytes.count) }
    var literal = PythonLiteral(bytes[(bytes[6] == 1 ? 10 : 12)...])
    var (type, order, shape): (String?, Bool?, [Int]?) = (nil, nil, nil)
    try literal.forEachItem { key, literal in
      switch key {
      case "descr" where type == nil: type = try literal.string()
      case "fortran_order" where order == nil: order = try literal.bool()
      case "shape" where shape == nil: shape = try literal.shape()
      default: throw NumPyFault.header("unexpected or repeated key '\(key)'")
      }
    }
    guard let type, let order, let shape else {
      throw NumPyFault.header("'descr', 'fortran_order' and 'shape' are wanted")
    }
    return Fields(type: type, isFortranOrder: order, shape: shape, dataOffset: length)
  }

  /// Parses the header in `bytes`, which end where the elements begin; `void` is the type that `|V2` stands for.
  init(parsing bytes: [UInt8], void: ElementType? = nil) throws {
    let fields = try Self.fields(parsing: bytes)
    let type = fields.type
    // NumPy itself writes |V2, with ml_dtypes <V2.
    let isVoid = type == "|V2" || type == "<V2"
    if isVoid, void?.byteCount != 2 { throw NumPyFault.void(type) }
    let named = isVoid ? void : Self.elementTypes[String(type.dropFirst())]
    guard let first = type.first, "<>|=".contains(first), let elementType = named,
      first != "|" || elementType.byteCount == 1 || isVoid
    else { throw NumPyFault.type(type) }
    self.elementType = elementType
    isBigEndian = first == ">"
    isFortranOrder = fields.isFortranOrder
    shape = fields.shape
    dataOffset = fields.dataOffset
  }

  /// The array as a tensor on `storage`, which must be of its size.
  func tensor(named name: String, storage: TensorStorage) throws -> TensorEntry {
    var strides = try contiguousStrides(shape)
    if isFortranOrder { strides = try contiguousStrides(shape.reversed()).reversed() }
    let wanted = try shape.reduce(elementType.byteCount) { try checked($0.multipliedReportingOverflow(by: $1)) }
    guard wanted == storage.byteCount else { throw NumPyFault.dataLength(found: storage.byteCount, wanted: wanted) }
    return try TensorEntry(
      name: name, elementType: elementType, shape: shape, strides: strides, offset: 0, storage: storage,
      isBigEndian: isBigEndian)
  }
}
