internal import LinearAlgebra
internal import PersonaSpace
internal import TensorFiles

/// How near activations are to the mean role of a space, layer by layer: what tells in which order the axes of a tensor are, where its
/// shape does not. Activations of one layer are alike, whatever is said; those of other layers, or read across dimensions, are not.
struct SpaceNearness {
  private let space: Space
  /// The index in the space of the layer of each row; nil of a layer that it has not.
  private let indices: [Int?]

  /// As many turns, and layers, are looked at.
  private static let most = 12

  /// Of tensors whose rows are the layers `rowLayers`; nil if the space does not know where its roles are.
  init?(_ space: Space, rowLayers: [Int]) {
    guard space.axes.allSatisfy(\.isAnchored) else { return nil }
    (self.space, indices) = (space, rowLayers.map { space.layers.firstIndex(of: $0) })
    guard indices.contains(where: { $0 != nil }) else { return nil }
  }

  /// The mean square of the distances from the mean role over that of its length, over turns and layers of `entry`,
  /// (turns, layers, d) or (turns, d); nil if it has no layer of the space, or values that are not finite.
  ///
  /// - Throws: `FileError` if the file cannot be read.
  func distance(of entry: TensorEntry, in file: TensorFile) throws -> Double? {
    let shape = entry.shape
    guard shape.last == space.hiddenSize, shape.count == 2 || shape.count == 3 && shape[1] == indices.count else {
      return nil
    }
    let rows = indices.indices.filter { indices[$0] != nil }
    var (sum, count) = (0.0, 0)
    for row in Self.places(rows.count).map({ rows[$0] }) {
      guard let index = indices[row] else { continue }
      for turn in Self.places(shape[0]) {
        let layer = shape.count == 3 ? [row..<row + 1] : []
        let vector = try file.read(entry, [turn..<turn + 1] + layer + [0..<space.hiddenSize])
        sum += distance(vector, layer: index)
        count += 1
      }
    }
    return count > 0 && sum.isFinite ? sum / Double(count) : nil
  }

  /// The same of one vector in the layer with the index `layer` of the space.
  private func distance(_ vector: [Double], layer: Int) -> Double {
    let axis = space.axes[layer]
    let away = difference(vector.scaled(by: space.factors?[layer]), axis.roleMean)
    let scale = dotProduct(axis.roleMean, axis.roleMean) + axis.norm * axis.norm
    return dotProduct(away, away) / scale
  }

  /// The layer of the space to which all `rows` vectors of `entry`, (rows, d), are far nearer together than each row is to the layer it
  /// would be of; nil where they are such as a vector a layer is.
  ///
  /// - Throws: `FileError` if the file cannot be read.
  func oneLayer(of entry: TensorEntry, in file: TensorFile) throws -> Int? {
    guard entry.shape.count == 2, entry.shape == [indices.count, space.hiddenSize], entry.shape[0] > 1 else {
      return nil
    }
    let places = indices.indices.filter { indices[$0] != nil }
    let rows = try places.map { try file.read(entry, [$0..<$0 + 1, 0..<space.hiddenSize]) }
    let apart = zip(rows, places).reduce(0.0) { $0 + distance($1.0, layer: indices[$1.1] ?? 0) }
    let together = space.layers.indices.map { layer in
      (layer: layer, sum: rows.reduce(0.0) { $0 + distance($1, layer: layer) })
    }.min { $0.sum < $1.sum }
    guard let together, together.sum * Self.farther < apart else { return nil }
    return space.layers[together.layer]
  }

  /// Vectors of one layer are so much nearer to it, in squares, than each is to a layer of its own; the other way about, vectors of several
  /// layers are nearer to their own.
  private static let farther = 1.5

  private static func places(_ count: Int) -> [Int] {
    count <= most ? Array(0..<count) : (0..<most).map { $0 * (count - 1) / (most - 1) }
  }
}
