/// Dumps of seeded responses.
public struct ResponseDump {
  /// The shape of a response.
  public let layers, hiddenSize: Int
  private let folder: TemporaryFolder
  private let name: String

  /// One in the folder `name` of `folder`.
  public init(in folder: TemporaryFolder, named name: String = "dump", layers: Int, hiddenSize: Int) {
    (self.folder, self.name, self.layers, self.hiddenSize) = (folder, name, layers, hiddenSize)
  }

  /// The path of the dump.
  public var path: String { folder(name) }

  /// Writes the responses of `role`, bfloat16 of seeded bits, and gives the file's path.
  @discardableResult
  public func write(_ role: String, responses: Int, seed: UInt64) throws -> String {
    let each = 2 * layers * hiddenSize
    var state = seed
    var data: [UInt8] = []
    data.reserveCapacity(responses * each)
    for _ in 0..<responses * layers * hiddenSize {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      // Of either sign, from a half to two.
      data += [UInt8(truncatingIfNeeded: state >> 40), state >> 63 == 0 ? 0x3F : 0xBF]
    }
    return try folder.write(
      safetensors(header(responses: responses), data), to: "\(name)/activations/\(role).safetensors")
  }

  /// The header of `responses` responses, one after the other.
  public func header(responses: Int) -> String {
    let each = 2 * layers * hiddenSize
    let entries = (0..<responses).map {
      #""pos_p\#($0 / 240)_q\#($0 % 240)":{"dtype":"BF16","shape":[\#(layers),\#(hiddenSize)],"data_offsets":[\#($0 * each),\#(($0 + 1) * each)]}"#
    }
    return "{\(entries.joined(separator: ","))}"
  }
}
