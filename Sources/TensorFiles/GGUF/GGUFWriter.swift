public import Files

/// Writes a control vector as llama.cpp reads it: a GGUF file (version 3) of one float32 tensor `direction.l` a layer,
/// which is added to the residual stream after block l (llama.cpp, `common_control_vector_load`).
///
/// llama.cpp has no direction for layer 0 and refuses a file with one.
public final class GGUFWriter {
  private let file: OutputFile
  private let hiddenSize: Int
  private var missing: Int

  /// Writes the description.
  ///
  /// - Parameters:
  ///   - file: the file to write to.
  ///   - layers: the layers in the order in which their directions will be written, from 1 on.
  ///   - hiddenSize: the length of a direction.
  ///   - model: the architecture of the model it is for, as GGUF names it (`llama`, `qwen2`); a hint for people.
  public init(_ file: OutputFile, layers: [Int], hiddenSize: Int, model: String) throws {
    precondition(layers.allSatisfy { $0 >= 1 } && Set(layers).count == layers.count, "layers from 1 on, each once")
    self.file = file
    self.hiddenSize = hiddenSize
    missing = layers.count
    var header = GGUFHeader.magic + Self.number(UInt32(3)) + Self.number(UInt64(layers.count)) + Self.number(UInt64(3))
    header += Self.pair("general.architecture", "controlvector") + Self.pair("controlvector.model_hint", model)
    header += Self.text("controlvector.layer_count") + Self.number(UInt32(4)) + Self.number(UInt32(layers.count))
    let stride = Self.aligned(4 * hiddenSize)
    for (index, layer) in layers.enumerated() {
      // One dimension, type 0: F32.
      header += Self.text("direction.\(layer)") + Self.number(UInt32(1)) + Self.number(UInt64(hiddenSize))
      header += Self.number(UInt32(0)) + Self.number(UInt64(index * stride))
    }
    try file.write(Self.padded(header))
  }

  /// Writes the direction of the next layer, rounded to float32.
  public func write(_ direction: [Double]) throws {
    precondition(missing > 0 && direction.count == hiddenSize, "another direction than was declared")
    missing -= 1
    try file.write(Self.padded(ElementType.float32.encode(direction[...])))
  }

  /// Ends and closes the file; every direction must have been written.
  ///
  /// - Throws: `FileError` if it cannot be flushed to the device.
  public func finish() throws {
    precondition(missing == 0, "\(missing) directions were not written")
    try file.close()
  }

  private static func number(_ value: some FixedWidthInteger) -> [UInt8] {
    (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func text(_ text: String) -> [UInt8] { number(UInt64(text.utf8.count)) + Array(text.utf8) }

  /// A key with a string, whose type is 8.
  private static func pair(_ key: String, _ value: String) -> [UInt8] {
    text(key) + number(UInt32(8)) + text(value)
  }

  private static func aligned(_ count: Int) -> Int {
    (count + GGUFHeader.defaultAlignment - 1) / GGUFHeader.defaultAlignment * GGUFHeader.defaultAlignment
  }

  private static func padded(_ bytes: [UInt8]) -> [UInt8] {
    bytes + [UInt8](repeating: 0, count: aligned(bytes.count) - bytes.count)
  }
}
