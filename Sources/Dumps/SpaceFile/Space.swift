public import Files
package import LinearAlgebra
public import PersonaSpace
internal import Statistics
internal import TensorFiles

/// A fitted persona space as later verbs need it: an axis per layer, and where the roles project.
public struct Space: Sendable {
  /// The layer numbers, one for each entry of `axes`.
  public let layers: [Int]
  /// The number of dimensions.
  public let hiddenSize: Int
  /// The Assistant axis of each layer.
  public let axes: [AssistantAxis]
  /// What activations are multiplied by in each layer before they are read, 0 for dimensions that are dropped; shape (layers)(d).
  /// Nil if they are read as they are.
  public let factors: [[Double]]?
  /// The roles, without the default.
  public let roleNames: [String]
  /// The layer number of each row of the dump it was fitted to, of which `layers` may be a part.
  public let rowLayers: [Int]
  /// The model's name, where the dump gave it.
  public let model: String?
  /// The name of the default Assistant that it was fitted with; nil if the file does not say.
  package let assistantName: String?

  /// The space in the file at `path`, as `persona fit` writes it.
  ///
  /// - Throws: `FileError` if it is no such file or has no axis.
  public init(readingFrom path: String) throws {
    let file = try TensorFile(path: path)
    let metadata = SpaceMetadata(of: file)
    if let format = metadata.unknownFormat { throw FileError(path: path, fault: SpaceFileFault.unknownFormat(format)) }
    func known<Value>(_ value: Value?, _ key: String) throws -> Value {
      guard let value else { throw FileError(path: path, fault: SpaceFileFault.noMetadata(key)) }
      return value
    }
    let (layers, roleNames) = (try known(metadata.layers, "layers"), try known(metadata.roles, "roles"))
    let rowLayers = try known(metadata.rowLayers, "row_layers")
    (model, assistantName) = (metadata.model, metadata.assistant)
    guard file.tensors.contains(where: { $0.name == "default" }) else {
      throw FileError(path: path, fault: SpaceFileFault.noAxis)
    }
    let (mean, assistant, roles) = (
      try file.tensor(named: "mean"), try file.tensor(named: "default"), try file.tensor(named: "role_vectors")
    )
    guard mean.shape.count == 2, mean.shape == assistant.shape, mean.shape[0] == layers.count,
      roles.shape == [roleNames.count] + mean.shape
    else { throw FileError(path: path, fault: SpaceFileFault.shapes) }
    _ = try located(path) { try RowLayers.checked(layers, rows: layers.count, source: "its metadata") }
    _ = try located(path) {
      try RowLayers.checked(rowLayers, rows: rowLayers.count, source: "'row_layers' of its metadata")
    }
    let hiddenSize = mean.shape[1]
    self.hiddenSize = hiddenSize
    let written = file.tensors.first { $0.name == "axis" }
    guard written == nil || written?.shape == mean.shape else {
      throw FileError(path: path, fault: SpaceFileFault.shapes)
    }
    axes = try layers.indices.map { layer in
      let range = [layer..<layer + 1, 0..<hiddenSize]
      let (point, centre) = (try file.read(assistant, range), try file.read(mean, range))
      let axis = try written.map { try file.read($0, range) }
      return try located(path, place: "layer \(layers[layer])") {
        guard (point + centre).allSatisfy(\.isFinite) else { throw SpaceFileFault.notFinite }
        if let axis { try Self.check(axis, assistant: point, roleMean: centre) }
        return try AssistantAxis(assistant: point, roleMean: centre)
      }
    }
    factors = try file.tensors.first { $0.name == "scale" }.map { scale in
      guard scale.shape == mean.shape else { throw FileError(path: path, fault: SpaceFileFault.shapes) }
      return try layers.indices.map { layer in
        let factors = try file.read(scale, [layer..<layer + 1, 0..<hiddenSize])
        guard factors.allSatisfy(\.isFinite) else { throw FileError(path: path, fault: SpaceFileFault.notFinite) }
        return factors
      }
    }
    (self.layers, self.rowLayers, self.roleNames) = (layers, rowLayers, roleNames)
    source = .file(path, file.identity)
  }

  /// Checks that `axis`, as a file has it, is default − mean: it may be rounded, as by `convert`, but not be another one's.
  private static func check(_ axis: [Double], assistant: [Double], roleMean: [Double]) throws {
    var (distance, square) = (0.0, 0.0)
    for (index, value) in axis.enumerated() {
      let wanted = assistant[index] - roleMean[index]
      distance += (value - wanted) * (value - wanted)
      square += wanted * wanted
    }
    guard distance <= 1e-4 * square else { throw SpaceFileFault.axis }
  }

  /// Whether dimensions are scaled, rather than kept or dropped.
  package var isRescaled: Bool { factors?.contains { $0.contains { $0 != 0 && $0 != 1 } } ?? false }

  /// The axis projection of each role in each layer; shape (layers)(roles).
  ///
  /// - Throws: `FileError` if the space was read from a file and its role vectors cannot be, or are not finite.
  public func roleProjections() throws -> [[Double]] {
    switch source {
    case .known(let projections, _): return projections
    case .file(let path, let identity):
      let file = try TensorFile(path: path)
      guard file.identity == identity else { throw FileError(path: path, fault: AccessFault.changed) }
      let vectors = try file.tensor(named: "role_vectors")
      return try axes.indices.map { layer in
        try roleNames.indices.map { role in
          let vector = try file.read(vectors, [role..<role + 1, layer..<layer + 1, 0..<hiddenSize])
          let projection = axes[layer].projection(of: vector[...])
          guard projection.isFinite else {
            throw FileError(path: path, place: "role '\(roleNames[role])'", fault: SpaceFileFault.notFinite)
          }
          return projection
        }
      }
    }
  }

  /// How far off the axis the farthest role lies, in the layer at `index`: activation units.
  ///
  /// - Throws: `FileError` if the space was read from a file and its role vectors cannot be.
  package func roleReach(ofLayer index: Int) throws -> Double {
    switch source {
    case .known(_, let reach): return reach[index]
    case .file:
      let vectors = try roleVectors(layer: index)
      // The file has them scaled, as the axis is.
      return roleNames.indices.map { axes[index].reading(of: vectors.row($0)).offAxisDistance }.max() ?? .nan
    }
  }

  /// The vectors of the roles at `rows` in the layer at `index`, one a row, scaled as the space is; shape (rows, d).
  ///
  /// - Precondition: the space was read from a file.
  /// - Throws: `FileError` if that cannot be read any more.
  package func roleVectors(layer index: Int, rows: [Int]) throws -> Matrix {
    try roleVectors(layer: index).selectingRows(rows)
  }

  /// Those of all roles.
  private func roleVectors(layer index: Int) throws -> Matrix {
    guard let file = try opened() else { preconditionFailure("a space that is not of a file") }
    return Matrix(
      rows: roleNames.count, columns: hiddenSize,
      elements: try file.read(
        file.tensor(named: "role_vectors"), [0..<roleNames.count, index..<index + 1, 0..<hiddenSize]))
  }

  /// The file it was read from, opened again; nil of a space that is not of a file.
  ///
  /// - Throws: `FileError` if that cannot be read any more, or is not the same.
  func opened() throws -> TensorFile? {
    guard case .file(let path, let identity) = source else { return nil }
    let file = try TensorFile(path: path)
    guard file.identity == identity else { throw FileError(path: path, fault: AccessFault.changed) }
    return file
  }

  /// Where the roles' projections are to be had.
  private enum Source: Sendable {
    case known([[Double]], reach: [Double])
    case file(String, FileIdentity?)
  }

  private let source: Source

  /// Whether it was read from a file that has the vectors of its roles.
  package var isOfFile: Bool { if case .file = source { true } else { false } }

  package init(
    layers: [Int], hiddenSize: Int, axes: [AssistantAxis], factors: [[Double]]?, roleNames: [String],
    roleProjections: [[Double]], roleReach: [Double],
    rowLayers: [Int], model: String?, assistantName: String? = nil
  ) {
    (self.layers, self.hiddenSize, self.axes, self.factors) = (layers, hiddenSize, axes, factors)
    (self.roleNames, source) = (roleNames, .known(roleProjections, reach: roleReach))
    (self.rowLayers, self.model, self.assistantName) = (rowLayers, model, assistantName)
  }
}

/// Why a file is no persona space, or not the one that is needed.
public enum SpaceFileFault: FileFault, Equatable {
  /// A piece of metadata is missing or broken.
  case noMetadata(String)
  /// The file is neither a space nor an axis: it has no tensor of floating-point numbers.
  case noDirections([String])
  /// The space was fitted without a default.
  case noAxis
  /// Tensors disagree in shape.
  case shapes
  /// A value is NaN or infinite.
  case notFinite
  /// The axis is not default − mean.
  case axis
  /// The file is of a later version.
  case unknownFormat(String)
  /// A file without a space has several tensors, of which one may be an axis.
  case severalTensors([String])
  /// What it tells of measurement errors contradicts itself.
  case measurement
  /// The role names do not match the rows.
  case roles(Int)

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .noMetadata(let key):
      "no '\(key)' in its metadata: not a space.safetensors; make one with `persona fit DUMP -o OUT`"
    case .noDirections(let found):
      """
      not a space.safetensors, nor an axis, which is of floating-point numbers; there is \(listed(found))\
      \(found.contains { $0.contains("int16") } ? " (if that is bfloat16 saved as whole numbers, give --void bfloat16)" : "")
      """
    case .noAxis:
      "this space has components but no axis; fit it again without --components-only, with a default Assistant"
    case .shapes: "its mean, default and role_vectors disagree in shape with its metadata"
    case .notFinite: "a value is NaN or infinite; fit the space again"
    case .axis: "its 'axis' is not 'default' - 'mean', as that of a space is; fit the space again"
    case .unknownFormat(let name):
      "its format is '\(name)', this version of persona reads '\(SpaceMetadata.Format.space.rawValue)'; fit the space again, or take the version that wrote it"
    case .severalTensors(let names):
      """
      not a space.safetensors of persona fit, and several tensors (\(listed(names))) could be an axis; say which with --axis NAME, \
      or make a space with persona fit DUMP -o OUT
      """
    case .measurement:
      "what it tells of measurement errors (position_steps and what goes with it) contradicts itself; fit the space again"
    case .roles(let rows): "it does not name \(rows) roles for the rows of role_vectors"
    }
  }
}
