internal import Files
internal import LinearAlgebra
internal import PersonaSpace
internal import TensorFiles

/// How an axis that comes without its space is taken.
public struct AxisOptions: Sendable {
  /// The tensor that is the axis, where the file holds several.
  public var tensor: String?
  /// The layers of its rows, where nothing beside it numbers them.
  public var layers: LayerSelection?

  /// The defaults.
  public init() {}
}

/// The file of the space that `path` means: of a folder that `persona fit` wrote, its `space.safetensors`.
public func spaceFile(_ path: String) -> String {
  let file = "\(Paths.trimmed(path))/space.safetensors"
  return fileKind(path) == .folder && fileKind(file) == .file ? file : path
}

extension Space {
  /// The space at `path`: as `persona fit` wrote it, or a bare axis, (layers, d) or (d), in a file of its own.
  ///
  /// A bare axis has projections alone. Where a default and roles lie beside it, as in published folders, activations have positions
  /// too: the roles' mean is 0 and the default 1, as both project on it.
  ///
  /// - Parameter log: takes what a user should know of how an axis is taken.
  /// - Throws: `FileError` if it is neither, or nothing says which layers an axis is of.
  public init(at path: String, axis options: AxisOptions, log: (String) -> Void) throws {
    let path = spaceFile(path)
    let file = try TensorFile(path: path)
    let isSpace = file.tensors.contains { $0.name == "mean" } && file.tensors.contains { $0.name == "role_vectors" }
    if options.tensor == nil, isSpace || SpaceMetadata(of: file).format != nil {
      try self.init(readingFrom: path)
    } else {
      try self.init(BareAxis(file, options, log), log)
    }
  }

  private init(_ axis: BareAxis, _ log: (String) -> Void) throws {
    let anchors = axis.anchors(log)
    let axes = try axis.directions.enumerated().map { row, direction in
      try located(axis.path, place: "layer \(axis.layers[row])") {
        try AssistantAxis(
          direction: direction, anchors: anchors.map { ($0.assistant[row], $0.roles[row].columnMeans()) })
      }
    }
    let reversed = zip(axis.layers, axes).filter { $0.1.norm < 0 }.map(\.0)
    if !reversed.isEmpty {
      log(
        "\(axis.path): the axis points away from the default at \(reversed.count == axes.count ? "every layer" : layerList(reversed)): "
          + "axis_projection, axis_distance and cosine have the other sign there; positions are 1 at the default all the same"
      )
    }
    let projections = zip(axes, anchors?.roles ?? []).map { axis, roles in
      (0..<roles.rows).map { axis.projection(of: roles.row($0)) }
    }
    let reach = zip(axes, anchors?.roles ?? []).map { axis, roles in
      (0..<roles.rows).map { axis.reading(of: roles.row($0)).offAxisDistance }.max() ?? .nan
    }
    self.init(
      layers: axis.layers, hiddenSize: axis.hiddenSize, axes: axes, factors: nil, roleNames: anchors?.names ?? [],
      roleProjections: anchors == nil ? axes.map { _ in [] } : projections,
      roleReach: anchors == nil ? axes.map { _ in .nan } : reach, rowLayers: axis.layers, model: nil,
      assistantName: anchors == nil ? nil : "default")
  }
}

/// Directions in a file of their own, one a layer.
private struct BareAxis {
  let path: String
  /// One a layer; shape (layers)(d).
  let directions: [[Double]]
  let layers: [Int]
  let hiddenSize: Int

  init(_ file: TensorFile, _ options: AxisOptions, _ log: (String) -> Void) throws {
    path = file.path
    let source = VectorSource(name: "axis", path: path, tensor: options.tensor ?? Self.usualTensor(file))
    guard !file.tensors.filter(\.elementType.isFloatingPoint).isEmpty else {
      throw FileError(
        path: path, fault: SpaceFileFault.noDirections(file.tensors.map { "\($0.elementType) \($0.shape)" }))
    }
    let (rows, hiddenSize) = try Self.shape(source, file)
    self.hiddenSize = hiddenSize
    let rowLayers = try located(path, place: source.place) {
      var manifest = Manifest()
      if let keys = source.layerKeys(in: file) {
        manifest.layers = keys.layers
      } else {
        manifest = try Manifest(besides: file, tensor: try source.entry(in: file), rows: rows)
      }
      return try RowLayers(rows, of: .axis, given: options.layers, manifest: manifest)
    }
    layers = rowLayers.numbers
    if let note = rowLayers.note { log("\(path): \(note)") }
    let values = try source.values(in: file, layers: 0..<rows)
    if let found = values.firstUnusable(columns: hiddenSize) {
      let layer = rowLayers.numbers[found.row]
      throw FileError(
        path: path, place: source.place,
        fault: NonFiniteFault.axis(layer: layer, dimension: found.column, value: found.value))
    }
    directions = (0..<rows).map { Array(values[$0 * hiddenSize..<($0 + 1) * hiddenSize]) }
  }

  /// The tensor that is called an axis, where there is one among several.
  private static func usualTensor(_ file: TensorFile) -> String? {
    let floats = file.tensors.filter(\.elementType.isFloatingPoint)
    return floats.count < 2 ? nil : ["axis", "assistant_axis"].first { name in floats.contains { $0.name == name } }
  }

  private static func shape(_ source: VectorSource, _ file: TensorFile) throws -> (layers: Int, hiddenSize: Int) {
    do {
      return try source.shape(in: file)
    } catch let error as FileError where (error.fault as? DumpFault) == .ambiguousTensor(file.tensors.map(\.name)) {
      throw FileError(path: file.path, fault: SpaceFileFault.severalTensors(file.tensors.map(\.name)))
    }
  }

  /// What anchors positions: the default, and the roles, layer by layer.
  struct Anchors {
    let names: [String]
    let assistant: [[Double]]
    let roles: [Matrix]
  }

  /// The default and the roles beside the file; nil if they are not there, or of other rows.
  func anchors(_ log: (String) -> Void) -> Anchors? {
    let folder = Paths.parent(of: path)
    guard let found = try? RoleSources(at: folder, assistantName: "default"), found.assistant != nil else {
      log("\(path): an axis without roles and a default beside it: projections alone, no positions")
      return nil
    }
    let sources = found.without(path)
    let manifest = (try? Manifest.read(inFolder: folder)) ?? Manifest()
    guard sources.roles.count >= 2, let set = try? RoleVectorSet(sources, expecting: ExpectedShape(manifest)),
      set.rows == directions.count, set.hiddenSize == hiddenSize, set.sources.roles.count >= 2,
      let group = try? set.read(0..<set.rows, selection: Array(set.sources.roles.indices)), group.nonFinite.isEmpty
    else {
      log(
        "\(path): the roles and the default beside it are not of its shape, or not finite: projections alone, no positions"
      )
      return nil
    }
    for note in set.notes { log(note) }
    log("\(path): positions are by the \(set.sources.roles.count) roles and the default beside it")
    return Anchors(names: set.sources.roles.map(\.name), assistant: group.assistant, roles: group.roles)
  }
}
