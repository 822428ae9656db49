internal import Files

/// A broken invariant of a GGUF file.
enum GGUFFault: FileFault, Equatable {
  case version(UInt32)
  case headerTooLong
  case tooManyEntries(Int)
  case duplicate(String)
  case alignment(String)
  case rank(tensor: String, Int)
  case type(tensor: String, UInt32)
  case misaligned(tensor: String, offset: Int)
  case overlap(tensor: String)
  case pastEnd(tensor: String)
  case text(offset: Int)
  case nesting(key: String)
  case valueType(key: String, UInt32)

  /// The quantised types (`ggml_type`), to refuse them by name.
  private static let quantised: [UInt32: String] = [
    2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 8: "Q8_0", 9: "Q8_1", 10: "Q2_K", 11: "Q3_K", 12: "Q4_K", 13: "Q5_K",
    14: "Q6_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S", 20: "IQ4_NL", 21: "IQ3_S",
    22: "IQ2_S", 23: "IQ4_XS", 29: "IQ1_M", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4", 40: "NVFP4",
  ]

  var explanation: String {
    switch self {
    case .version(let version) where (1...3).contains(version.byteSwapped):
      "a big-endian GGUF file; only little-endian ones are read"
    case .version(let version): "version \(version) of GGUF; 2 and 3 are read"
    case .headerTooLong: "its description takes more than \(GGUFHeader.lengthLimit) bytes"
    case .tooManyEntries(let count):
      "\(count) tensors or key-value pairs; at most \(GGUFHeader.entryLimit) are read"
    case .duplicate(let name): "two entries are named '\(name)'"
    case .alignment(let text): "general.alignment is \(text); a power of two up to 65536 is wanted"
    case .rank(let tensor, let rank): "tensor '\(tensor)' has \(rank) dimensions; GGUF has at most 4"
    case .type(let tensor, _) where tensor.hasSuffix(".weight"):
      "tensor '\(tensor)' is a quantised weight: a model, not activations; \(ModelWeights.packedAdvice)"
    case .type(let tensor, let number):
      """
      tensor '\(tensor)' is of \(Self.quantised[number].map { "the quantised type \($0)" } ?? "type \(number)"), which \
      is not read; write it as F32, F16 or BF16
      """
    case .misaligned(let tensor, let offset): "tensor '\(tensor)' begins at \(offset), which is not aligned"
    case .overlap(let tensor): "tensor '\(tensor)' overlaps another"
    case .pastEnd(let tensor): "tensor '\(tensor)' extends past the end; the file was cut short, copy it again"
    case .text(let offset): "the text at byte \(offset) is not UTF-8"
    case .nesting(let key): "the value of '\(key)' is of arrays in arrays in arrays"
    case .valueType(let key, let type): "the value of '\(key)' is of the unknown type \(type)"
    }
  }
}
