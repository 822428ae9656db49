/// `value` as bytes, least significant first.
public func littleEndian(_ value: some FixedWidthInteger, bytes: Int) -> [UInt8] {
  (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

/// Floats as little-endian bytes.
public func floatBytes(_ values: [Float]) -> [UInt8] { values.flatMap { littleEndian($0.bitPattern, bytes: 4) } }

/// A safetensors file: `header` as it is given, then `data`.
public func safetensors(_ header: String, _ data: [UInt8]) -> [UInt8] {
  littleEndian(header.utf8.count, bytes: 8) + Array(header.utf8) + data
}

/// A `.npy` file, version 1.0, with `header` as it is given.
public func npy(_ header: String, _ data: [UInt8], version: UInt8 = 1) -> [UInt8] {
  let length = littleEndian(header.utf8.count + 1, bytes: version == 1 ? 2 : 4)
  return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(header.utf8) + [0x0A] + data
}
