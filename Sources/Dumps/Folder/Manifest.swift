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
  /// What the chat template says as the system where a chat has no system message; nil if nothing, or if that is not known.
  public var defaultSystemPrompt: String?

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
    case defaultSystemPrompt = "default_system_prompt"
  }

  /// Whether it says what the rows are and how they were pooled, as the manifest of a dump in this layout does.
  package var isComplete: Bool { layers != nil && pooling != nil && hiddenSize != nil }

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

  /// Reads the manifest beside a file that is named by itself: another tool's file of that name, in which `layers` is no list of
  /// numbers, says nothing.
  ///
  /// - Throws: `FileError` if it is there and cannot be read.
  package static func read(besideFileIn folder: String) throws -> Manifest {
    do {
      return try read(inFolder: folder)
    } catch let error as FileError where error.fault is JSONContentFault {
      return Manifest()
    }
  }

  /// Reads the keys that it knows.
  ///
  /// - Throws: `DecodingError` for one that is of another type, such as another tool's `layers`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    model = try values.decodeIfPresent(String.self, forKey: .model)
    hiddenSize = try values.decodeIfPresent(Int.self, forKey: .hiddenSize)
    layers = try values.contains(.layers) ? Self.layers(values) : nil
    layerConvention = try values.decodeIfPresent(LayerConvention.self, forKey: .layerConvention)
    pooling = try values.decodeIfPresent(String.self, forKey: .pooling)
    dtype = try values.decodeIfPresent(String.self, forKey: .dtype)
    // Another tool's key of that name says nothing here.
    defaultSystemPrompt = try? values.decodeIfPresent(String.self, forKey: .defaultSystemPrompt)
  }

  /// The numbers of `layers`, also where they are texts: "16", "layer_16".
  private static func layers(_ values: KeyedDecodingContainer<CodingKeys>) throws -> [Int]? {
    if try values.decodeNil(forKey: .layers) { return nil }
    if let numbers = try? values.decode([Int].self, forKey: .layers) { return numbers }
    let names = try? values.decode([String].self, forKey: .layers)
    if let numbers = names?.compactMap({ LayerKeys.layer($0)?.number }), numbers.count == names?.count {
      return numbers
    }
    var found = "something else"
    if let count = try? values.decode(Int.self, forKey: .layers) { found = "the number \(count)" }
    if let names { found = "a list of names (\(listed(names, most: 3)))" }
    if let object = try? values.nestedContainer(keyedBy: AnyKey.self, forKey: .layers) {
      found = "an object with the keys \(listed(object.allKeys.map(\.stringValue).sorted(), most: 3))"
    }
    throw DecodingError.dataCorruptedError(
      forKey: .layers, in: values,
      debugDescription:
        "the list of the rows' layer numbers is wanted, such as [16, 17], and \(found) is found; if it is another tool's manifest, move or rename it, and number the rows with --row-layers"
    )
  }

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Whether it says which layers the rows are.
  package var numbersLayers: Bool { layers != nil || layerConvention != nil }
}
