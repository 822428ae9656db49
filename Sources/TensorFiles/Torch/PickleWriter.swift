/// Writes values as a pickle of protocol 2, as `torch.save` does: of the names that `torch.load` knows with `weights_only=True`
/// alone. Tensors are described; their elements are storages beside the pickle.
struct PickleWriter {
  /// The elements of a tensor: the content of the record `data/<place>`.
  struct Storage {
    let elementType: ElementType
    let elements: [Double]
  }

  private(set) var bytes: [UInt8] = [0x80, 2]
  private(set) var storages: [Storage] = []

  /// The pickle of `value`.
  init(_ value: TorchValue) {
    write(value)
    bytes.append(UInt8(ascii: "."))
  }

  /// The name by which `torch` calls a storage of the type.
  private static func storageName(_ type: ElementType) -> String {
    switch type {
    case .float32: "FloatStorage"
    case .float64: "DoubleStorage"
    default: preconditionFailure("tensors of \(type) are not written")
    }
  }

  private mutating func write(_ value: TorchValue) {
    switch value {
    case .dictionary(let items):
      op("}")
      op("(")
      for item in items {
        write(.text(item.key))
        write(item.value)
      }
      op("u")
    case .list(let elements):
      op("]")
      op("(")
      for element in elements { write(element) }
      op("e")
    case .text(let text):
      op("X")
      append(UInt32(text.utf8.count))
      bytes += text.utf8
    case .integer(let number): write(number)
    case .number(let number):
      op("G")
      // This one is big-endian.
      bytes += (0..<8).map { UInt8(truncatingIfNeeded: number.bitPattern >> (56 - 8 * $0)) }
    case .tensor(let type, let shape, let elements):
      precondition(shape.reduce(1, *) == elements.count, "another number of elements than the shape has")
      write(type, shape, place: storages.count)
      storages.append(Storage(elementType: type, elements: elements))
    }
  }

  private mutating func write(_ number: Int) {
    if let narrow = Int32(exactly: number) {
      op("J")
      append(UInt32(bitPattern: narrow))
    } else {
      bytes += [0x8a, 8]
      append(UInt64(bitPattern: Int64(number)))
    }
  }

  /// torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks), where the storage is the
  /// persistent object ("storage", type, record, device, elements).
  private mutating func write(_ type: ElementType, _ shape: [Int], place: Int) {
    global("torch._utils", "_rebuild_tensor_v2")
    op("(")
    op("(")
    write(.text("storage"))
    global("torch", Self.storageName(type))
    write(.text("\(place)"))
    write(.text("cpu"))
    write(shape.reduce(1, *))
    op("t")
    op("Q")
    write(0)
    tuple(shape)
    tuple(shape.indices.map { shape[($0 + 1)...].reduce(1, *) })
    bytes.append(0x89)
    global("collections", "OrderedDict")
    op(")")
    op("R")
    op("t")
    op("R")
  }

  private mutating func tuple(_ numbers: [Int]) {
    op("(")
    for number in numbers { write(number) }
    op("t")
  }

  private mutating func global(_ module: String, _ name: String) {
    op("c")
    bytes += "\(module)\n\(name)\n".utf8
  }

  private mutating func op(_ code: Unicode.Scalar) { bytes.append(UInt8(ascii: code)) }

  private mutating func append(_ value: some FixedWidthInteger) {
    bytes += (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
