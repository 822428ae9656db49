extension ElementType {
  /// Whether float32 holds every value of this type exactly, and NumPy has no type for it.
  public var widensToFloat32: Bool {
    switch self {
    case .bfloat16, .float8E4M3, .float8E4M3FNUZ, .float8E5M2, .float8E5M2FNUZ, .float8E8M0: true
    default: false
    }
  }

  /// Sets `wide` to the elements in `bytes` as little-endian float32, bit for bit; memory that it has is used again.
  ///
  /// - Precondition: `widensToFloat32`.
  /// - Complexity: O(elements). bfloat16 is bound by memory: pieces that stay in the processor's cache are quickest.
  public func widen(_ bytes: [UInt8], into wide: inout [UInt8]) {
    precondition(widensToFloat32, "\(self) is not widened")
    let count = bytes.count / byteCount
    if wide.count != 4 * count { wide = [UInt8](repeating: 0, count: 4 * count) }
    unsafe bytes.withUnsafeBytes { input in
      unsafe wide.withUnsafeMutableBytes { output in
        if self == .bfloat16 {
          // bfloat16 is the upper half of a float: NaN payloads and signs stay as they are.
          for i in 0..<count {
            let bits = UInt32(UInt16(littleEndian: unsafe input.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self)))
            unsafe output.storeBytes(of: (bits << 16).littleEndian, toByteOffset: 4 * i, as: UInt32.self)
          }
        } else {
          let values = float8Values
          for i in 0..<count {
            let bits = values[Int(unsafe input[i])].bitPattern
            unsafe output.storeBytes(of: bits.littleEndian, toByteOffset: 4 * i, as: UInt32.self)
          }
        }
      }
    }
  }
}
