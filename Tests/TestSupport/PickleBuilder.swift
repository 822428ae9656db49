/// Writes pickles opcode by opcode (protocol 2), as `torch.save` would, or as it never would.
public struct PickleBuilder: Sendable {
  private let bytes: [UInt8]

  /// An empty pickle.
  public init() { bytes = [0x80, 2] }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// The finished pickle.
  public var stopped: [UInt8] { bytes + [0x2E] }

  /// The pickle without its STOP.
  public var unfinished: [UInt8] { bytes }

  /// Adds bytes as they are.
  public func raw(_ more: [UInt8]) -> Self { Self(bytes: bytes + more) }

  /// Adds one-character opcodes.
  public func op(_ codes: String) -> Self { raw(Array(codes.utf8)) }

  /// Pushes a string.
  public func string(_ text: String) -> Self {
    raw([0x58] + littleEndian(text.utf8.count, bytes: 4) + Array(text.utf8))
  }

  /// Pushes an integer.
  public func integer(_ value: Int) -> Self {
    if let small = Int32(exactly: value) { return raw([0x4A] + littleEndian(small, bytes: 4)) }
    return raw([0x8A, 8] + littleEndian(value, bytes: 8))
  }

  /// Pushes a tuple of integers.
  public func integers(_ values: [Int]) -> Self { values.reduce(op("(")) { $0.integer($1) }.op("t") }

  /// Pushes a global.
  public func global(_ module: String, _ name: String) -> Self { op("c\(module)\n\(name)\n") }

  /// Pushes a tensor on the storage `key`.
  public func tensor(
    key: String, storage: String = "FloatStorage", count: Int, offset: Int = 0, shape: [Int], strides: [Int]
  ) -> Self {
    global("torch._utils", "_rebuild_tensor_v2").op("((").string("storage").global("torch", storage).string(key)
      .string("cpu").integer(count).op("tQ").integer(offset).integers(shape).integers(strides).raw([0x89])
      .global("collections", "OrderedDict").op(")RtR")
  }
}

/// A `.pt` file: `pickle` and its storages by number.
public func torchFile(_ pickle: [UInt8], storages: [String: [UInt8]] = [:], byteOrder: String = "little") -> [UInt8] {
  let records = storages.sorted { $0.key < $1.key }.map { ZipBuilder.Member("archive/data/\($0.key)", $0.value) }
  return ZipBuilder(
    [.init("archive/data.pkl", pickle), .init("archive/byteorder", Array(byteOrder.utf8))] + records
  ).bytes
}
