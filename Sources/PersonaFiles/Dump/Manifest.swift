internal import FoundationEssentials
internal import TensorFiles

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

  enum CodingKeys: String, CodingKey {
    case model, layers, pooling, dtype
    case hiddenSize = "hidden_size"
    case layerConvention = "layer_convention"
  }

  /// A manifest that says nothing.
  public init() {}

  /// What the metadata of a space say in a manifest's place, so that fitting its vectors again keeps their layers; says
  /// nothing of other files.
  init(ofSpace path: String) throws {
    let metadata = try TensorFile(path: path).metadata
    guard metadata.contains(where: { $0.key == "format" && $0.value == spaceFormat }) else { return }
    for (key, value) in metadata {
      if key == "model" { model = value }
      if key == "layers" { layers = try? JSONDecoder().decode([Int].self, from: Data(value.utf8)) }
    }
  }

  /// Reads the manifest in `folder`; one that says nothing if there is none.
  ///
  /// - Throws: `FileError` if it is not the JSON that is wanted.
  static func read(inFolder folder: String) throws -> Manifest {
    let path = "\(folder)/manifest.json"
    guard fileKind(path) != .missing else { return Manifest() }
    return try decodeJSON(Manifest.self, at: path)
  }

  /// The block number of each of `rows` rows: the residual stream after block l is layer l, the embedding −1.
  ///
  /// - Throws: `LayerFault` if the manifest numbers another count of layers.
  func rowLayers(_ rows: Int) throws -> [Int] {
    let numbers = try checkedLayers(layers ?? Array(0..<rows), rows: rows, source: "manifest.json")
    guard layerConvention == .hiddenStates else { return numbers }
    // Its own numbering counts from the embedding, 0.
    if let negative = numbers.first(where: { $0 < 0 }) {
      throw LayerFault.notALayer(negative, source: "manifest.json, in the numbering of hidden_states (embedding 0),")
    }
    return numbers.map { $0 - 1 }
  }

  /// Whether it says which layers the rows are.
  var numbersLayers: Bool { layers != nil || layerConvention != nil }
}

/// The value in the JSON file at `path`.
///
/// - Throws: `FileError` if it cannot be read or is no such value.
func decodeJSON<Value: Decodable>(_ type: Value.Type, at path: String) throws -> Value {
  let bytes = try readFile(path)
  do {
    return try JSONDecoder().decode(type, from: Data(bytes))
  } catch let error as DecodingError {
    throw FileError(path: path, fault: JSONContentFault(error))
  }
}

/// Why a JSON file does not hold what is wanted.
struct JSONContentFault: FileFault {
  let explanation: String

  init(_ error: DecodingError) {
    func place(_ path: [any CodingKey]) -> String {
      path.isEmpty ? "" : " at " + path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
    explanation =
      switch error {
      case .keyNotFound(let key, let context): "there is no \"\(key.stringValue)\"\(place(context.codingPath))"
      case .typeMismatch(let type, let context): "\(Self.words(type)) is wanted\(place(context.codingPath))"
      case .valueNotFound(let type, let context):
        "\(Self.words(type)) is wanted, null is found\(place(context.codingPath))"
      case .dataCorrupted(let context):
        "not the JSON that is wanted\(place(context.codingPath)): \(context.debugDescription)"
      @unknown default: "not the JSON that is wanted"
      }
  }

  /// A Swift type in the words of JSON.
  private static func words(_ type: Any.Type) -> String {
    switch "\(type)" {
    case "Int": "a whole number"
    case "Double": "a number"
    case "String": "a text"
    case let name where name.hasPrefix("Dictionary"): "an object"
    case let name where name.hasPrefix("Array"): "a list"
    case let name: name
    }
  }
}
