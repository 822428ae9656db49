internal import Files
internal import LinearAlgebra
package import TensorFiles

/// The embeddings of the user's messages of one conversation on disk.
package struct EmbeddingSource: Sendable {
  /// The name of the conversation's files.
  package let name: String
  package let path: String
  /// The tensor: (messages, layers, d) or (messages, d).
  package let entry: TensorEntry
  /// The places of the messages in the transcript, where the file says them.
  package let messages: [Int]?

  /// The number of messages.
  package var count: Int { entry.shape[0] }
  /// The number of layers; nil for embeddings that have none.
  package var layers: Int? { entry.shape.count == 3 ? entry.shape[1] : nil }
  /// The number of dimensions.
  package var dimensions: Int { entry.shape[entry.shape.count - 1] }

  /// Those at `path`: a folder of a file a conversation, a file with a tensor a conversation, or the file of one.
  ///
  /// - Throws: `FileError` if there are none, or they differ in dimensions or layers.
  package static func all(at path: String) throws -> [EmbeddingSource] {
    let sources =
      fileKind(path) == .folder
      ? try folder(path)
      : try inFile(path, file: TensorFile(path: path), name: tensorStem(resolvedName(path)) ?? resolvedName(path))
    guard let first = sources.first else {
      throw FileError(path: path, fault: EmbeddingFault.none(found: try folderContents(path)))
    }
    for source in sources where source.dimensions != first.dimensions || source.layers != first.layers {
      throw FileError(
        path: source.path, place: source.entry.name,
        fault: DumpFault.shapesDiffer(shape: source.entry.shape, other: first.entry.shape, reference: first.path))
    }
    return sources
  }

  private static func folder(_ path: String) throws -> [EmbeddingSource] {
    let inner = fileKind("\(path)/embeddings") == .folder ? "\(path)/embeddings" : path
    return try dumpFiles(in: inner).flatMap { name in
      let own = "\(inner)/\(name)"
      return try inFile(own, file: TensorFile(path: own), name: tensorStem(name) ?? name)
    }
  }

  private static func inFile(_ path: String, file: TensorFile, name: String) throws -> [EmbeddingSource] {
    func source(_ name: String, _ entry: TensorEntry, _ messages: [Int]?) throws -> EmbeddingSource {
      guard (2...3).contains(entry.shape.count), entry.shape.allSatisfy({ $0 > 0 }) else {
        throw FileError(
          path: path, place: entry.name,
          fault: DumpFault.rank(shape: entry.shape, wanted: "(messages, layers, d) or (messages, d)"))
      }
      return EmbeddingSource(name: name, path: path, entry: entry, messages: messages)
    }
    let floats = file.tensors.filter(\.elementType.isFloatingPoint)
    if let entry = floats.first(where: { $0.name == "embeddings" }) ?? (floats.count == 1 ? floats[0] : nil) {
      let places = try file.tensors.first { $0.name == "messages" }.map { tensor in
        try file.read(tensor).map { value in
          guard let place = Int(exactly: value) else {
            throw FileError(path: path, place: "messages", fault: EmbeddingFault.place(value))
          }
          return place
        }
      }
      return [try source(name, entry, places)]
    }
    guard !floats.isEmpty else {
      throw FileError(path: path, fault: DumpFault.noActivations(found: file.tensors.map(\.name)))
    }
    return try floats.map { try source($0.name, $0, nil) }
  }

  /// The embeddings in layer row `row`; one vector a message.
  package func vectors(row: Int) throws -> [[Double]] {
    let file = try TensorFile(path: path)
    let ranges = [0..<count] + (layers == nil ? [] : [row..<row + 1]) + [0..<dimensions]
    let values = try file.read(entry, ranges)
    if let found = values.firstNonFinite(columns: dimensions) {
      throw FileError(
        path: path, place: entry.name, fault: NonFiniteFault.embedding(message: found.row, dimension: found.column))
    }
    return (0..<count).map { Array(values[$0 * dimensions..<($0 + 1) * dimensions]) }
  }
}
