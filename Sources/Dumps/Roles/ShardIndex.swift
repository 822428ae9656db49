internal import Files
internal import TensorFiles

/// Role vectors over several files with an index, `<name>.safetensors.index.json`, as Hugging Face writes large dictionaries.
struct ShardIndex {
  /// One a tensor.
  let sources: [VectorSource]

  private struct Content: Decodable {
    let places: [String: String]

    enum CodingKeys: String, CodingKey { case places = "weight_map" }
  }

  /// The index in `folder`, which has `names`; nil if there is none.
  ///
  /// - Throws: `FileError` if it is not such JSON, or names a file that does not lie beside it.
  init?(inFolder folder: String, _ names: [String]) throws {
    guard let name = names.first(where: { $0.hasSuffix(".safetensors.index.json") && !$0.hasPrefix(".") }) else {
      return nil
    }
    let content = try decodeJSON(Content.self, at: "\(folder)/\(name)")
    let weights = ModelWeights.names(among: content.places.keys.sorted())
    if !weights.isEmpty { throw FileError(path: folder, fault: DumpFault.modelWeights(weights)) }
    for file in content.places.values where !names.contains(file) {
      throw FileError(path: "\(folder)/\(name)", fault: ShardFault.missing(file))
    }
    sources = content.places.map { VectorSource(name: $0, path: "\(folder)/\($1)", tensor: $0) }
  }
}

/// Why an index of shards is refused.
enum ShardFault: FileFault, Equatable {
  case missing(String)

  var explanation: String {
    switch self {
    case .missing(let file): "it says that tensors are in '\(file)', which is not beside it; fetch that file too"
    }
  }
}
