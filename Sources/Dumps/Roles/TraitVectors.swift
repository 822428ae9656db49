internal import Files
package import LinearAlgebra
internal import TensorFiles

/// The trait vectors beside a dump's roles: one file a trait, of which a layer of all is read at a time.
package struct TraitVectors: Sendable {
  /// The traits in code-point order of their names.
  package let names: [String]
  private let sources: [VectorSource]
  /// The layer of each row.
  package let layers: RowLayers
  private let hiddenSize: Int

  /// The vectors in `folder`; nil if it has none.
  ///
  /// - Parameters:
  ///   - dump: the layer numbers of the roles' rows.
  ///   - given: the layer numbers of the traits' rows, where they are said.
  ///   - isNumbered: whether something numbers the roles' layers; if not, they tell nothing of those of other files.
  /// - Throws: `FileError` if vectors differ in shape, have another number of dimensions than the roles, or rows of which
  ///   nothing says the layers.
  package init?(in folder: String, hiddenSize: Int, dump: [Int], isNumbered: Bool, given: LayerSelection?) throws {
    sources = try dumpFiles(in: folder).compactMap { name in
      tensorStem(name).map { VectorSource(name: $0, path: "\(folder)/\(name)") }
    }.sorted { $0.name.unicodeScalars.lexicographicallyPrecedes($1.name.unicodeScalars) }
    guard let first = sources.first else { return nil }
    var shape: [Int] = []
    for source in sources {
      let own = try source.shape(in: try TensorFile(path: source.path))
      if shape.isEmpty { shape = [own.layers, hiddenSize] }
      guard [own.layers, own.hiddenSize] == shape else {
        throw FileError(
          path: source.path,
          fault: DumpFault.shapesDiffer(
            shape: [own.layers, own.hiddenSize], other: shape,
            reference: source == first ? "a trait of these roles" : first.path))
      }
    }
    for (a, b) in zip(sources, sources.dropFirst()) where a.name == b.name {
      throw FileError(path: b.path, fault: DumpFault.duplicateRole(b.name, other: a.path))
    }
    names = sources.map(\.name)
    self.hiddenSize = hiddenSize
    layers = try located(folder) {
      try RowLayers(
        shape[0], of: .traits(rolesAreNumbered: isNumbered), given: given, companion: dump)
    }
  }

  /// The vectors of the layer number `layer`, a trait a row; nil if they do not have it.
  ///
  /// - Throws: `FileError` if a value is not finite, or a vector nothing but zeros.
  package func read(layer: Int) throws -> Matrix? {
    guard let row = layers.numbers.firstIndex(of: layer) else { return nil }
    var elements: [Double] = []
    for source in sources {
      let file = try TensorFile(path: source.path)
      let values = try source.values(in: file, layers: row..<row + 1)
      if let found = values.firstUnusable(columns: hiddenSize) {
        throw FileError(
          path: source.path, place: source.place,
          fault: NonFiniteFault.trait(layer: layer, dimension: found.column, value: found.value))
      }
      elements += values
    }
    return Matrix(rows: sources.count, columns: hiddenSize, elements: elements)
  }

  /// The files, for the record.
  package var paths: [String] { sources.map(\.path) }
}

/// Why trait vectors cannot be placed.
package enum TraitFault: FileFault, Equatable {
  /// There are none in a folder that was named.
  case none

  package var explanation: String {
    switch self {
    case .none: "no trait vectors here: <trait>.pt (or .safetensors, .npy) are wanted"
    }
  }
}
