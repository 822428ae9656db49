public import Files
internal import Synchronization

/// Writes a safetensors file whose tensors are declared first and filled in any order, by several tasks as well.
public final class SafetensorsWriter: TensorWriter, Sendable {
  /// A tensor to be written.
  public typealias Declaration = TensorDeclaration

  private let file: OutputFile
  /// The first byte of each tensor in the file.
  private let starts: [String: Int]
  private let declarations: [String: Declaration]
  /// The bytes that are not yet written.
  private let missing: Atomic<Int>

  /// Writes the header; the data begin at a multiple of 64 bytes, and wider elements come first, so that every
  /// tensor is aligned for readers that map the file.
  public init(_ file: OutputFile, tensors: [Declaration], metadata: [(key: String, value: String)] = []) throws {
    self.file = file
    let ordered = tensors.enumerated().sorted {
      ($1.element.elementType.byteCount, $0.offset) < ($0.element.elementType.byteCount, $1.offset)
    }.map(\.element)
    var (parts, position) = ([String](), 0)
    var (starts, declarations): ([String: Int], [String: Declaration]) = ([:], [:])
    if !metadata.isEmpty {
      let items = metadata.map { "\(jsonString($0.key)):\(jsonString($0.value))" }
      parts.append("\"__metadata__\":{\(items.joined(separator: ","))}")
    }
    for tensor in ordered {
      let isNew = declarations.updateValue(tensor, forKey: tensor.name) == nil
      precondition(isNew, "two tensors named \(tensor.name)")
      starts[tensor.name] = position
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      let end = position + tensor.byteCount
      parts.append(
        """
        \(jsonString(tensor.name)):{"dtype":"\(tensor.elementType.safetensorsName)","shape":[\(shape)],\
        "data_offsets":[\(position),\(end)]}
        """)
      position = end
    }
    missing = Atomic(position)
    var header = Array("{\(parts.joined(separator: ","))}".utf8)
    while (8 + header.count) % 64 != 0 { header.append(0x20) }
    let length = UInt64(header.count)
    try file.write((0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) } + header)
    let dataStart = 8 + header.count
    self.starts = starts.mapValues { $0 + dataStart }
    self.declarations = declarations
  }

  /// Writes `values` to the tensor `name`, from its element `offset` in C order on, rounded to its type.
  public func write(_ values: ArraySlice<Double>, to name: String, at offset: Int = 0) throws {
    guard let declaration = declarations[name] else { preconditionFailure("no tensor \(name) was declared") }
    try writeBytes(declaration.elementType.encode(values), to: name, at: offset)
  }

  /// Writes `values` to the tensor `name`, from its element `offset` in C order on, rounded to its type.
  public func write(_ values: [Double], to name: String, at offset: Int = 0) throws {
    try write(values[...], to: name, at: offset)
  }

  /// Writes `bytes`, little-endian elements of the tensor's own type, from its element `offset` on.
  public func writeBytes(_ bytes: [UInt8], to name: String, at offset: Int = 0) throws {
    guard let declaration = declarations[name], let start = starts[name] else {
      preconditionFailure("no tensor \(name) was declared")
    }
    let first = offset * declaration.elementType.byteCount
    precondition(first + bytes.count <= declaration.byteCount, "tensor \(name) overflows")
    try file.write(bytes, at: start + first)
    missing.subtract(bytes.count, ordering: .relaxed)
  }

  /// Ends and closes the file; every element must have been written, once.
  ///
  /// - Throws: `FileError` if it cannot be flushed to the device.
  public func finish() throws {
    checkComplete()
    try file.close()
  }

  /// Traps unless every element was written.
  package func checkComplete() {
    let missing = missing.load(ordering: .relaxed)
    precondition(missing == 0, "\(missing) bytes were not written")
  }
}

extension ElementType {
  /// The name of the type in a safetensors header.
  var safetensorsName: String {
    SafetensorsHeader.elementTypes.first { $0.value == self }.map(\.key) ?? ""
  }
}
