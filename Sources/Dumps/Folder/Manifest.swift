internal import Files

/// The optional `manifest.json` of a dump folder.
public struct Manifest: Sendable, Codable, Equatable {
  /// The model's name.
  public var model: String?
  /// The number of dimensions of each vector.
  public var hiddenSize: Int?
  /// The layer each row holds, in the numbering of `layerConvention`.
  public var layers: [Int]?
  /// `block_output`: row l is the residual stream after block l. `hidden_states`: row 0 is the embedding, row l + 1
  /// is after block l.
  public var layerConvention: LayerConvention?
  /// How tokens were pooled to a response vector.
  public var pooling: String?
  /// The element type on disk.
  public var dtype: String?

  /// A numbering of layers.
  public enum LayerConvention: String, Sendable, Codable {
    case blockOutput = "block_output"
    case hiddenStates = "hidden_states"

    /// Reads the name.
    ///
    /// - Throws: `DecodingError` naming the two that there are.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      let name = try container.decode(String.self)
      guard let known = Self(rawValue: name) else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "\"block_output\" or \"hidden_states\" is wanted, \"\(name)\" is found")
      }
      self = known
    }
  }

  package enum CodingKeys: String, CodingKey {
    case model, layers, pooling, dtype
    case hiddenSize = "hidden_size"
    case layerConvention = "layer_convention"
  }

  /// A manifest that says nothing.
  public init() {}

  /// Reads the manifest in `folder`; one that says nothing if there is none.
  ///
  /// - Throws: `FileError` if it is not the JSON that is wanted.
  package static func read(inFolder folder: String) throws -> Manifest {
    let path = "\(folder)/manifest.json"
    guard fileKind(path) != .missing else { return Manifest() }
    return try decodeJSON(Manifest.self, at: path)
  }

  /// Whether it says which layers the rows are.
  package var numbersLayers: Bool { layers != nil || layerConvention != nil }
}
