/// What the allowed names do when a pickle calls them. Each builds a value of this module; none runs code of the
/// file's choosing.
extension PickleGlobal {
  /// The result of REDUCE (callable, arguments).
  func call(_ arguments: [PickleValue]) throws -> PickleValue {
    switch self {
    case .orderedDictionary: return .dictionary(try Self.orderedDictionary(arguments))
    case .rebuildTensor: return .tensor(try Self.tensor(arguments, "_rebuild_tensor_v2", marksAt: 6))
    case .rebuildTypedTensor:
      return .tensor(try Self.tensor(arguments, "_rebuild_tensor_v3", typeAt: 6, marksAt: 7))
    case .rebuildParameter:
      guard case .tensor? = arguments.first else { throw PickleFault.call("a Parameter without a tensor") }
      return arguments[0]
    case .rebuildWithState:
      guard arguments.count == 4, case .global(let rebuild) = arguments[0], case .global(.tensorType) = arguments[1],
        [.rebuildTensor, .rebuildTypedTensor].contains(rebuild), case .tuple(let own) = arguments[2]
      else { throw PickleFault.call("_rebuild_from_type_v2 of something other than a plain tensor") }
      return try rebuild.call(own.elements)
    case .size:
      guard case .tuple? = arguments.first else { throw PickleFault.call("torch.Size of no tuple") }
      return arguments[0]
    case .device:
      guard let name = arguments.first?.string else { throw PickleFault.call("torch.device without a name") }
      return .string(name)
    case .encode: return .bytes(try Self.latin1(arguments))
    case .bytes:
      // How protocol 2 writes no bytes at all.
      guard arguments.isEmpty else { throw PickleFault.call("bytes of something") }
      return .bytes([])
    case .reconstructArray: return .array(PickleArray())
    case .arrayType:
      guard let name = arguments.first?.string else { throw PickleFault.call("numpy.dtype without a name") }
      return .arrayType(PickleArrayType(name: name))
    case .arrayScalar: return try Self.scalar(arguments)
    case .storageType, .elementTypeName, .array, .tensorType:
      throw PickleFault.call("a type is called like a function")
    }
  }

  private static func orderedDictionary(_ arguments: [PickleValue]) throws -> PickleDictionary {
    let dictionary = PickleDictionary()
    guard let pairs = arguments.first else { return dictionary }
    guard case .list(let list) = pairs else { throw PickleFault.call("OrderedDict of something that is no list") }
    for element in list.elements {
      let pair: [PickleValue]? = if case .list(let inner) = element { inner.elements } else { element.tuple }
      guard let pair, pair.count == 2 else { throw PickleFault.call("OrderedDict of something that is no pair") }
      dictionary.items.append((pair[0], pair[1]))
    }
    return dictionary
  }

  /// `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks[, marks])`, or v3, which has the element
  /// type before the marks: its storage is one of bytes.
  private static func tensor(
    _ arguments: [PickleValue], _ name: String, typeAt: Int? = nil, marksAt: Int
  ) throws -> PickleTensor {
    guard arguments.count >= max(4, (typeAt ?? 0) + 1), case .storage(let storage) = arguments[0] else {
      throw PickleFault.call("\(name) with \(arguments.count) arguments or without a storage")
    }
    guard let offset = arguments[1].integer, let shape = arguments[2].integers, let strides = arguments[3].integers
    else {
      throw PickleFault.call(
        "\(name) whose offset, size or stride are no integers, or more than \(TensorEntry.rankLimit)")
    }
    // A view can be of the negated or conjugated elements of its storage.
    if arguments.count > marksAt, case .dictionary(let marks) = arguments[marksAt], !marks.items.isEmpty {
      throw PickleFault.call("a view that negates or conjugates; save it with .resolve_neg().resolve_conj()")
    }
    var elementType = storage.elementType
    if let typeAt {
      guard let type = arguments[typeAt].string, type.hasPrefix("torch."),
        let named = ElementType(rawValue: String(type.dropFirst("torch.".count)))
      else { throw PickleFault.call("\(name) of an unread element type") }
      elementType = named
    }
    return PickleTensor(storage: storage, elementType: elementType, offset: offset, shape: shape, strides: strides)
  }

  /// `_codecs.encode(text, "latin1")`: how protocol 2 writes bytes.
  private static func latin1(_ arguments: [PickleValue]) throws -> [UInt8] {
    guard arguments.count == 2, let text = arguments[0].string, let codec = arguments[1].string, codec == "latin1"
    else { throw PickleFault.call("_codecs.encode other than of a string to latin1") }
    return try text.unicodeScalars.map { scalar in
      guard let byte = UInt8(exactly: scalar.value) else { throw PickleFault.call("text beyond latin1") }
      return byte
    }
  }

  private static func scalar(_ arguments: [PickleValue]) throws -> PickleValue {
    guard arguments.count == 2, case .arrayType(let type) = arguments[0], case .bytes(let bytes) = arguments[1],
      let elementType = type.elementType, bytes.count == elementType.byteCount
    else { throw PickleFault.call("a NumPy scalar of an unread type") }
    let ordered = type.byteOrder == ">" ? bytes.reversed() : bytes
    if elementType == .bool { return .bool(ordered != [0]) }
    if elementType.isFloatingPoint { return .float(elementType.decode(ordered)[0]) }
    let isNegative = type.name.hasPrefix("i") && ordered.last.map { $0 & 0x80 != 0 } ?? false
    let value = ordered.reversed().reduce(isNegative ? -1 : 0) { $0 << 8 | Int($1) }
    // An unsigned one of 64 bits need not fit.
    return value < 0 && !isNegative ? .hugeInteger : .integer(value)
  }
}

extension PickleArrayType {
  /// The element type, for the plain numeric types.
  var elementType: ElementType? { NumPyHeader.elementTypes[name] }
}

extension PickleArray {
  /// BUILD with (version, shape, dtype, is Fortran order, bytes).
  func setState(_ state: PickleValue) throws {
    guard let fields = state.tuple, fields.count == 5, let shape = fields[1].integers,
      case .arrayType(let type) = fields[2], case .bool(let isFortranOrder) = fields[3],
      case .bytes(let bytes) = fields[4]
    else { throw PickleFault.state(of: "a NumPy array with an unread layout") }
    guard let elementType = type.elementType else {
      throw PickleFault.state(of: "a NumPy array of type '\(type.name)'")
    }
    (self.shape, self.elementType, self.bytes) = (shape, elementType, bytes)
    (self.isFortranOrder, isBigEndian) = (isFortranOrder, type.byteOrder == ">")
  }
}

extension PickleArrayType {
  /// BUILD with (version, byte order, …).
  func setState(_ state: PickleValue) throws {
    guard let fields = state.tuple, fields.count >= 2, let order = fields[1].string else {
      throw PickleFault.state(of: "numpy.dtype with an unread layout")
    }
    byteOrder = order
  }
}
