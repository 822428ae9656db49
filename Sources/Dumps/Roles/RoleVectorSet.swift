package import Files
package import LinearAlgebra
internal import TensorFiles

/// The role vectors of a dump, described; their elements stay on disk until a group of layers is read.
package struct RoleVectorSet: Sendable {
  package let sources: RoleSources
  /// The number of layer rows of every vector.
  package let rows: Int
  package let hiddenSize: Int
  /// Whether a float holds every element exactly.
  package let fitsFloat: Bool
  /// The layers that the keys of the tensors name; nil if they name none.
  package let layers: [Int]?
  private let identities: [String: FileIdentity]

  /// Opens every file of a folder once and checks that all vectors are of one shape.
  package init(_ sources: RoleSources) throws {
    self.sources = sources
    var (first, fits, identities) = (nil as (shape: [Int], path: String)?, true, [String: FileIdentity]())
    var (open, layers) = (sources.file, Set<[Int]?>())
    for source in sources.roles + [sources.assistant].compactMap(\.self) {
      let file = try Self.file(source.path, open)
      open = file
      let shape = try source.shape(in: file)
      let type = try source.elementType(in: file)
      layers.insert(source.layerKeys(in: file)?.layers)
      let pair = [shape.layers, shape.hiddenSize]
      if let first, first.shape != pair {
        throw FileError(
          path: source.path, place: source.place,
          fault: DumpFault.shapesDiffer(shape: pair, other: first.shape, reference: first.path))
      }
      first = first ?? (pair, source.path)
      fits = fits && type.isFloatingPoint && type.byteCount <= 4
      identities[source.path] = file.identity
    }
    (rows, hiddenSize) = (first?.shape[0] ?? 0, first?.shape[1] ?? 0)
    (fitsFloat, self.identities) = (fits, identities)
    if layers.count > 1, let reference = first {
      throw FileError(path: reference.path, fault: DumpFault.layerKeysDiffer)
    }
    self.layers = layers.first ?? nil
  }

  /// The means of responses in files of their own, written here as doubles of shape (rows, `hiddenSize`).
  ///
  /// - Throws: `FileError` if one is not there.
  package init(averaged sources: RoleSources, rows: Int, hiddenSize: Int) throws {
    (self.sources, self.rows, self.hiddenSize, fitsFloat) = (sources, rows, hiddenSize, false)
    layers = nil
    var identities: [String: FileIdentity] = [:]
    for source in sources.roles + [sources.assistant].compactMap(\.self) {
      identities[source.path] = try fileIdentity(source.path)
    }
    self.identities = identities
  }

  /// A place where a vector is not finite, or nothing but zeros.
  package struct NonFinite: Sendable {
    package let source: VectorSource
    /// The layer row.
    package let row: Int
    package let found: NonFiniteElement

    /// The error it is where it cannot be left out; its row is the layer `layer`.
    package func error(layer: Int) -> FileError {
      FileError(path: source.path, place: source.place, fault: NonFiniteFault.vector(found, layer: layer))
    }
  }

  /// Some layers of all vectors.
  package struct Group: Sendable {
    /// One matrix a layer; shape (roles, d).
    package var roles: [Matrix]
    /// One vector a layer; empty without a default.
    package var assistant: [[Double]]
    /// The first value that is not finite, or row of zeros, of each vector that has one.
    package var nonFinite: [NonFinite]
  }

  /// Reads the layer rows `layers` of the roles at `selection` and of the default.
  package func read(_ layers: Range<Int>, selection: [Int]) throws -> Group {
    var elements = [[Double]](repeating: [], count: layers.count)
    for i in elements.indices { elements[i].reserveCapacity(selection.count * hiddenSize) }
    var (open, nonFinite) = (sources.file, [NonFinite]())
    try sources.file?.checkUnchanged()
    func vector(_ source: VectorSource) throws -> [Double] {
      let file = try Self.file(source.path, open)
      open = file
      guard file.identity == identities[source.path] else {
        throw FileError(path: source.path, fault: AccessFault.changed)
      }
      let values = try source.values(in: file, layers: layers)
      if let found = values.firstUnusable(columns: hiddenSize) {
        nonFinite.append(NonFinite(source: source, row: layers.lowerBound + found.row, found: found))
      }
      return values
    }
    for index in selection {
      let values = try vector(sources.roles[index])
      for layer in elements.indices { elements[layer] += values[layer * hiddenSize..<(layer + 1) * hiddenSize] }
    }
    let assistant = try sources.assistant.map(vector)
    return Group(
      roles: elements.map { Matrix(rows: selection.count, columns: hiddenSize, elements: $0) },
      assistant: assistant.map { values in
        elements.indices.map { Array(values[$0 * hiddenSize..<($0 + 1) * hiddenSize]) }
      } ?? [],
      nonFinite: nonFinite)
  }

  /// Whether the default that is not used holds other numbers than the one that is.
  package func defaultsDiffer() throws -> Bool {
    guard let used = sources.assistant, let other = sources.otherAssistant else { return false }
    let (a, b) = (try TensorFile(path: used.path), try TensorFile(path: other.path))
    return try used.values(in: a, layers: 0..<rows) != other.values(in: b, layers: 0..<rows)
  }

  /// The file at `path`: `open` if that is it, which stacks of vectors would otherwise open once a row.
  private static func file(_ path: String, _ open: TensorFile?) throws -> TensorFile {
    if let open, open.path == path { return open }
    return try TensorFile(path: path)
  }
}
