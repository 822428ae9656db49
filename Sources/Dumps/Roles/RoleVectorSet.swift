package import Files
package import LinearAlgebra
internal import TensorFiles

/// The role vectors of a dump, described; their elements stay on disk until a group of layers is read.
package struct RoleVectorSet: Sendable {
  /// Without what lies among the roles and is none.
  package private(set) var sources: RoleSources
  /// The number of layer rows of every vector.
  package let rows: Int
  package let hiddenSize: Int
  /// Whether a float holds every element exactly.
  package let fitsFloat: Bool
  /// The layers that the keys of the tensors name; nil if they name none.
  package let layers: [Int]?
  private let identities: [String: FileIdentity]
  /// What is known of each file since it was opened first: layers are read in groups, and every file for each of them.
  private let known: [String: TensorFile.Known]

  /// What a user should know of how the axes of their tensors are taken.
  package private(set) var notes: [String]
  /// The names of what was among the roles and is none: the axis, the mean role, the default under another name.
  package private(set) var leftOut: Set<String> = []

  /// Opens every file of a folder once and checks that all vectors are of one shape.
  ///
  /// - Parameter expected: what says how axes are to be taken; where nothing does, it is (layers, d).
  package init(_ sources: RoleSources, expecting expected: ExpectedShape = ExpectedShape()) throws {
    var (fits, identities, described) = (true, [String: FileIdentity](), [Described]())
    var known: [String: TensorFile.Known] = [:]
    var (open, layers) = (sources.file, Set<[Int]?>())
    for source in sources.roles + [sources.assistant].compactMap(\.self) {
      let file = try Self.file(source.path, open)
      open = file
      let keys = source.layerKeys(in: file)?.layers
      let type = try source.elementType(in: file)
      layers.insert(keys)
      described.append(try Described(source, in: file))
      fits = fits && type.isFloatingPoint && type.byteCount <= 4
      identities[source.path] = file.identity
      if sources.file == nil { known[source.path] = file.known }
    }
    let arranged = Self.arranged(described, expected)
    var first: (shape: [Int], path: String)?
    for one in described {
      let pair = try one.shape(arranged[one.rank]?.layout ?? .usual)
      if let first, first.shape != pair {
        throw FileError(
          path: one.source.path, place: one.source.place,
          fault: DumpFault.shapesDiffer(shape: pair, other: first.shape, reference: first.path))
      }
      first = first ?? (pair, one.source.path)
    }
    self.sources = sources.taking(described.map { arranged[$0.rank]?.layout ?? .usual })
    notes = sources.notes + arranged.keys.sorted().compactMap { arranged[$0]?.note }
    (rows, hiddenSize) = (first?.shape[0] ?? 0, first?.shape[1] ?? 0)
    let averages = arranged.values.contains { $0.layout.averages }
    (fitsFloat, self.identities, self.known) = (fits && !averages, identities, known)
    if layers.count > 1, let reference = first {
      throw FileError(path: reference.path, fault: DumpFault.layerKeysDiffer)
    }
    self.layers = layers.first ?? nil
    let derived = try DerivedVectors(self)
    leftOut = derived.leftOut
    notes += derived.notes
    self.sources = self.sources.without(roles: leftOut)
  }

  /// A source and the shape of its tensor, whose axes may be taken in several ways.
  private struct Described {
    let source: VectorSource
    /// Without the rows of a stack; nil of a vector in several tensors.
    let entry: TensorEntry?
    let pair: (layers: Int, hiddenSize: Int)?

    init(_ source: VectorSource, in file: TensorFile) throws {
      self.source = source
      if source.layerKeys(in: file) != nil {
        (entry, pair) = (nil, try source.shape(in: file))
      } else {
        (entry, pair) = (try source.squeezedEntry(in: file), nil)
      }
    }

    /// Those of the vector's own axes.
    var extents: [Int] { entry.map { source.row == nil ? $0.shape : Array($0.shape.dropFirst()) } ?? [] }

    var rank: Int { extents.contains(0) ? 0 : extents.count }

    /// The numbers of layers and dimensions, taken as `layout` says.
    func shape(_ layout: VectorLayout) throws -> [Int] {
      var taken = source
      taken.layout = layout
      let found = try entry.map { try taken.shape(ofSqueezed: $0) } ?? pair
      return found.map { [$0.layers, $0.hiddenSize] } ?? []
    }
  }

  /// How the tensors of each rank are taken.
  private static func arranged(_ described: [Described], _ expected: ExpectedShape) -> [Int: ArrangedShapes] {
    var arranged: [Int: ArrangedShapes] = [:]
    for (rank, own) in Dictionary(grouping: described, by: \.rank) where rank == 2 || rank == 3 {
      // Rows of a stack have one shape; what is averaged lies in files of its own.
      guard rank == 2 || own.allSatisfy({ $0.source.row == nil }) else { continue }
      arranged[rank] = ArrangedShapes(own.map(\.extents), rank: rank, expecting: expected)
    }
    return arranged
  }

  /// The means of responses in files of their own, written here as doubles of shape (rows, `hiddenSize`).
  ///
  /// - Throws: `FileError` if one is not there.
  package init(averaged sources: RoleSources, rows: Int, hiddenSize: Int) throws {
    (self.sources, self.rows, self.hiddenSize, fitsFloat) = (sources, rows, hiddenSize, false)
    (layers, notes, known) = (nil, [], [:])
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

    /// Groups of the same roles as one: the layers of each behind those of the last.
    package static func stacked(_ parts: [Group]) -> Group {
      Group(
        roles: parts.flatMap(\.roles), assistant: parts.flatMap(\.assistant), nonFinite: parts.flatMap(\.nonFinite))
    }

    /// Groups of the same layers as one: the roles of each behind those of the last.
    package static func joined(_ parts: [Group]) -> Group {
      guard let first = parts.first, parts.count > 1 else { return parts[0] }
      let roles = first.roles.indices.map { layer in
        let rows = parts.reduce(0) { $0 + $1.roles[layer].rows }
        var elements: [Double] = []
        elements.reserveCapacity(rows * first.roles[layer].columns)
        for part in parts { elements += part.roles[layer].elements }
        return Matrix(rows: rows, columns: first.roles[layer].columns, elements: elements)
      }
      return Group(
        roles: roles, assistant: parts.flatMap(\.assistant), nonFinite: parts.flatMap(\.nonFinite))
    }
  }

  /// Whether vectors are in files of their own, which several tasks can read.
  package var isInFiles: Bool { sources.file == nil }

  /// Reads the layer rows `layers` of the roles at `selection` and, with `includesAssistant`, of the default.
  package func read(_ layers: Range<Int>, selection: [Int], includesAssistant: Bool = true) throws -> Group {
    var elements = [[Double]](repeating: [], count: layers.count)
    for i in elements.indices { elements[i].reserveCapacity(selection.count * hiddenSize) }
    var (open, nonFinite) = (sources.file, [NonFinite]())
    try sources.file?.checkUnchanged()
    func vector(_ source: VectorSource) throws -> [Double] {
      let file = try self.file(source.path, open)
      open = file
      guard file.identity == identities[source.path] else {
        throw FileError(path: source.path, fault: AccessFault.changed)
      }
      let values = try source.values(in: file, layers: layers)
      if let found = try source.firstUnusable(values, in: file, layers: layers) {
        nonFinite.append(NonFinite(source: source, row: layers.lowerBound + found.row, found: found))
      }
      return values
    }
    for index in selection {
      let values = try vector(sources.roles[index])
      for layer in elements.indices { elements[layer] += values[layer * hiddenSize..<(layer + 1) * hiddenSize] }
    }
    let assistant = includesAssistant ? try sources.assistant.map(vector) : nil
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
    let shape = try other.shape(in: b)
    guard (shape.layers, shape.hiddenSize) == (rows, hiddenSize) else { return true }
    return try used.values(in: a, layers: 0..<rows) != other.values(in: b, layers: 0..<rows)
  }

  /// The file at `path`, opened again at little cost where it is known.
  private func file(_ path: String, _ open: TensorFile?) throws -> TensorFile {
    if let known = known[path], open?.path != path { return try TensorFile(known) }
    return try Self.file(path, open)
  }

  /// The file at `path`: `open` if that is it, which stacks of vectors would otherwise open once a row.
  private static func file(_ path: String, _ open: TensorFile?) throws -> TensorFile {
    if let open, open.path == path { return open }
    return try TensorFile(path: path)
  }
}
