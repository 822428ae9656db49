internal import Files

/// The most data that is given to a header which asks for it.
private let dataLimit = 1 << 14

extension Mutator {
  /// A safetensors file with its header changed, the header's length right and, mostly, as much data as it describes.
  mutating func mutateSafetensors(_ input: [UInt8]) -> [UInt8]? {
    var cursor = ByteCursor(input)
    guard let length = try? cursor.size64(), length <= cursor.remaining else { return nil }
    let header = changed(Array(input[8..<8 + length]))
    var data = Array(input[(8 + length)...])
    if below(4) > 0 {
      // The largest number in a valid header is the end of its last tensor, or an extent that the span check refuses.
      let numbers = header.split { !(0x30...0x39).contains($0) }.compactMap { Int(String(decoding: $0, as: UTF8.self)) }
      data = resized(data, to: numbers.filter { $0 <= dataLimit }.max() ?? 0)
    }
    return littleEndian(header.count, bytes: 8) + header + data
  }

  /// An `.npy` file with its header changed, the header's length right and, mostly, as much data as it describes.
  mutating func mutateArray(_ input: [UInt8]) -> [UInt8]? {
    guard let offset = try? NumPyHeader.dataOffset(prefix: Array(input.prefix(NumPyHeader.prefixLength))),
      offset <= input.count
    else { return nil }
    let version = input[6]
    let text = changed(Array(input[(version == 1 ? 10 : 12)..<offset]), most: 512)
    let header =
      input[..<8] + littleEndian(text.count, bytes: version == 1 ? 2 : 4) + text
    var data = Array(input[offset...])
    if below(4) > 0, let parsed = try? NumPyHeader(parsing: Array(header), void: .bfloat16) {
      let sizes = parsed.shape.reduce((1, false)) { $0.0.multipliedReportingOverflow(by: $1) }
      if !sizes.1, sizes.0 >= 0, sizes.0 <= dataLimit {
        data = resized(data, to: sizes.0 * parsed.elementType.byteCount)
      }
    }
    return header + data
  }

  /// A GGUF file changed before its data, and then made long enough for most of what it could describe.
  mutating func mutateGGUF(_ input: [UInt8]) -> [UInt8]? {
    guard input.starts(with: GGUFHeader.magic) else { return nil }
    let content = try? GGUFHeader.read(ByteSource(input, name: "fuzz"))
    let starts = content?.tensors.compactMap { tensor -> Int? in
      if case .file(let offset, _) = tensor.storage { offset } else { nil }
    }
    let dataStart = min(starts?.min() ?? input.count, input.count)
    let header = changed(Array(input[4..<dataStart]))
    // Behind the description: padding to the alignment, and the data.
    return input[..<4] + header + [UInt8](repeating: 0, count: 32 * below(64))
  }
}
