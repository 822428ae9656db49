public import Files

/// Writes an `.npy` file (version 1.0) from its first element to its last.
public final class NumPyWriter: TensorWriter {
  private let file: OutputFile
  private let elementType: ElementType
  private let byteCount: Int
  private var missing: Int

  /// Writes the header.
  ///
  /// - Precondition: `elementType` is not bfloat16, which NumPy does not have.
  public init(_ file: OutputFile, elementType: ElementType, shape: [Int]) throws {
    guard let code = NumPyHeader.elementTypes.first(where: { $0.value == elementType })?.key else {
      preconditionFailure("NumPy has no \(elementType)")
    }
    (self.file, self.elementType) = (file, elementType)
    byteCount = shape.reduce(elementType.byteCount, *)
    missing = byteCount
    let order = elementType.byteCount == 1 ? "|" : "<"
    let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header = Array("{'descr': '\(order)\(code)', 'fortran_order': False, 'shape': (\(extents)), }".utf8)
    // The format wants the data at a multiple of 64 bytes and a newline before them.
    while (NumPyHeader.magic.count + 4 + header.count + 1) % 64 != 0 { header.append(0x20) }
    header.append(0x0A)
    try file.write(
      NumPyHeader.magic + [1, 0, UInt8(header.count & 0xFF), UInt8(header.count >> 8)] + header)
  }

  /// Appends little-endian elements in C order.
  public func write(_ bytes: [UInt8]) throws {
    missing -= bytes.count
    precondition(missing >= 0, "the array overflows")
    try file.write(bytes)
  }

  /// Appends `bytes`, which must be those from element `offset` on.
  package func writeBytes(_ bytes: [UInt8], to name: String, at offset: Int) throws {
    precondition(offset * elementType.byteCount == byteCount - missing, "elements out of order")
    try write(bytes)
  }

  /// Ends and closes the file; every element must have been written.
  ///
  /// - Throws: `FileError` if it cannot be flushed to the device.
  public func finish() throws {
    precondition(missing == 0, "\(missing) bytes were not written")
    try file.close()
  }
}
