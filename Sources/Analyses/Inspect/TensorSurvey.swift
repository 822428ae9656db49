internal import PersonaSpace
internal import TensorFiles

/// Tensors summed up by part, type and shape.
struct TensorSurvey {
  private struct Key: Hashable {
    let part, type: String
    let shape: [Int]
    /// Tells tensors of one file apart.
    let name: String?
  }

  private struct Tally {
    var group: Inspection.Group
    var names: Set<String> = []
    var counts: [String: Int] = [:]
    var squares: [Double] = []
    var massive: MassiveDimensions?

    /// Sums up the squares, which as many as a tensor has would take more memory than the tensors.
    mutating func conclude() {
      if !squares.isEmpty, group.nonFinite == 0 {
        massive = MassiveDimensions(sumsOfSquares: squares, count: TensorSurvey.massiveCount)
      }
      squares = []
    }

    mutating func read(_ tensor: TensorEntry, in file: TensorFile, piece: Int) throws {
      guard tensor.elementType.isFloatingPoint, tensor.elementCount > 0, let hiddenSize = tensor.shape.last else {
        return
      }
      let isHiddenSize = TensorSurvey.hiddenSizes.contains(hiddenSize)
      var (zeros, isZero) = (0, true)
      if squares.isEmpty, isHiddenSize { squares = [Double](repeating: 0, count: hiddenSize) }
      try tensor.forEachSlice(ofAtMost: piece) { slice, start in
        for (i, value) in try file.read(tensor, slice).enumerated() {
          let column = (start + i) % hiddenSize
          isZero = value == 0 && (isZero || column == 0)
          if isZero, column == hiddenSize - 1 { zeros += 1 }
          if !value.isFinite {
            group.nonFinite = (group.nonFinite ?? 0) + 1
          } else if isHiddenSize {
            squares[column] += value * value
          }
        }
      }
      if isHiddenSize { group.zeros = (group.zeros ?? 0) + zeros }
    }
  }

  /// Elements read at a time.
  private static let pieceElements = 1 << 20
  /// A last dimension shorter or longer than this is no hidden size.
  fileprivate static let hiddenSizes = 16...1 << 17
  /// As many massive dimensions are told.
  fileprivate static let massiveCount = 8

  private var order: [Key] = []
  private var tallies: [Key: Tally] = [:]

  var groups: [Inspection.Group] {
    order.compactMap { key in
      guard var tally = tallies[key] else { return nil }
      tally.conclude()
      var group = Inspection.Group(
        part: key.part, name: tally.names.count == 1 ? tally.names.first : nil, type: key.type, shape: key.shape,
        rows: tally.group.rows, layers: tally.group.layers, files: tally.counts.count, tensors: tally.group.tensors,
        nonFinite: tally.group.nonFinite, zeros: tally.group.zeros,
        tensorsPerFile: [tally.counts.values.min() ?? 0, tally.counts.values.max() ?? 0])
      if let massive = tally.massive, let hiddenSize = key.shape.last {
        group.massiveDimensions = massive.massive(of: hiddenSize).map {
          Inspection.MassiveDimension(index: $0.index, share: $0.share)
        }
      }
      return group
    }
  }

  /// The dimension before the hidden size; 1 where there is none.
  private static func layers(_ tensor: TensorEntry) -> Int? {
    guard tensor.elementType.isFloatingPoint, let hiddenSize = tensor.shape.last, hiddenSizes.contains(hiddenSize)
    else {
      return nil
    }
    return tensor.shape.count > 1 ? tensor.shape[tensor.shape.count - 2] : 1
  }

  mutating func add(_ tensor: TensorEntry, in file: TensorFile, part: String, apart: Bool, readsValues: Bool) throws {
    let isRagged = part == "turns/" && !tensor.shape.isEmpty
    let key = Key(
      part: part, type: tensor.elementType.rawValue, shape: isRagged ? Array(tensor.shape.dropFirst()) : tensor.shape,
      name: apart ? tensor.name : nil)
    if tallies[key] == nil {
      order.append(key)
      tallies[key] = Tally(
        group: Inspection.Group(
          part: part, name: nil, type: key.type, shape: key.shape, layers: Self.layers(tensor), files: 0, tensors: 0,
          nonFinite: readsValues ? 0 : nil, tensorsPerFile: []))
    }
    var tally = tallies.removeValue(forKey: key)
    if isRagged {
      let rows = tally?.group.rows ?? [tensor.shape[0], tensor.shape[0]]
      tally?.group.rows = [min(rows[0], tensor.shape[0]), max(rows[1], tensor.shape[0])]
    }
    tally?.names.insert(tensor.name)
    tally?.counts[file.path, default: 0] += 1
    tally?.group.tensors += 1
    if readsValues { try tally?.read(tensor, in: file, piece: Self.pieceElements) }
    if apart { tally?.conclude() }
    tallies[key] = tally
  }
}
