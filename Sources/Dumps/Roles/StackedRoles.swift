internal import Files
internal import TensorFiles

/// Which axis of a stack of vectors its roles are along: (roles, layers, d), unless an option, the names of the rows, the layers of a
/// manifest or the numbers themselves say otherwise.
struct StackedRoles {
  /// The axis of the roles.
  let axis: Int
  /// Their names; nil where nothing names them.
  let names: [String]?
  /// What a user should know of how it was decided; nil where there is nothing to say.
  let note: String?

  /// Of `stack` in `file`, of two axes or more.
  ///
  /// - Parameter expected: what an option or a manifest says.
  /// - Throws: `FileError` if names and rows are not as many, or the numbers vary as those of another order would.
  init(_ stack: TensorEntry, in file: TensorFile, expecting expected: ExpectedShape) throws {
    let (shape, found) = (stack.shape, try RowNames.of(stack, in: file))
    names = found?.names
    let unused = found?.unused.map { "\($0) names another number of rows, and is not used" }
    func checked(_ axis: Int) throws -> Int {
      if let found, found.names.count != shape[axis] {
        throw FileError(
          path: found.place, fault: RowNamesFault.count(names: found.names.count, rows: shape[axis], shape: shape))
      }
      return axis
    }
    if let axes = expected.axes, let rows = axes.rows, axes.permutation(rank: shape.count) != nil {
      (axis, note) = (try checked(rows), unused)
      return
    }
    var fitting = [0, 1]
    if shape.count > 3 { fitting = [0] }
    if let found { fitting = fitting.filter { shape[$0] == found.names.count } }
    if shape.count == 3, fitting.count == 2, shape[0] != shape[1], let layers = expected.layers,
      shape.prefix(2).contains(layers)
    {
      fitting = [shape[0] == layers ? 1 : 0]
    }
    // One role a row is usual; (d, roles) is told by names or the hidden size alone.
    if shape.count == 2, fitting.count == 2 {
      let isTurned = expected.hiddenSize.map { $0 != shape[1] && $0 == shape[0] } ?? false
      let isSquare = shape[0] == shape[1] && found != nil
      fitting = isTurned ? [1] : isSquare ? [0, 1] : [0]
    }
    axis = try checked(fitting.first ?? 0)
    var words: String?
    let taken = "a stack of shape \(shape) is taken as \(Self.order(axis, shape))"
    if fitting.count == 2, shape.count == 3 {
      let place = stack.name.isEmpty ? nil : stack.name
      words = try located(file.path, place: place) { try Self.doubt(stack, file, taken) }
    } else if fitting.count == 2 {
      words = "\(taken), and could be (d, roles) as well: --axes d,roles says so"
    } else if axis != 0 {
      words = taken
    }
    let all = [words, unused].compactMap(\.self)
    note = all.isEmpty ? nil : all.joined(separator: "; ")
  }

  private static func order(_ axis: Int, _ shape: [Int]) -> String {
    shape.count == 2 ? ["(roles, d)", "(d, roles)"][axis] : ["(roles, layers, d)", "(layers, roles, d)"][axis]
  }

  /// What to say of a stack of which both orders are possible.
  ///
  /// - Throws: `StackFault` if its numbers say that the layers come first.
  private static func doubt(_ stack: TensorEntry, _ file: TensorFile, _ taken: String) throws -> String {
    let ratio = try AxisVariation(stack, in: file)?.ratio
    if let ratio, ratio > AxisVariation.decisive { throw StackFault.layersFirst(stack.shape, ratio: ratio) }
    var words = "\(taken), and could be (layers, roles, d) as well: --axes layers,roles,d says so"
    if let ratio, ratio < 1 / AxisVariation.decisive {
      words += " (its vectors vary \(AxisVariation.words(1 / ratio)) times as much along the second axis, as layers do)"
    }
    return words
  }
}

/// How much the vectors along the last axis of a tensor of three vary along its first, and along its second: roles of one layer are
/// alike, layers are not.
struct AxisVariation {
  /// The mean square of differences along the first axis over that along the second.
  let ratio: Double

  /// From here on the axis that varies more is that of layers. Of the 275 roles of SmolLM2-135M layers vary 60 times as much as roles over
  /// all 30 layers, 11 times over 13 neighbouring ones, and about as much over two; of the organism in `Data/demo`, whose layers differ
  /// little, roles vary up to 9 times as much.
  static let decisive = 10.0
  /// As many indices of an axis are looked at.
  private static let most = 12

  /// Of the tensor `entry` of `file`; nil if it tells nothing: an axis of one index, values that are not finite.
  init?(_ entry: TensorEntry, in file: TensorFile) throws {
    let shape = entry.shape
    guard shape.count == 3, shape[2] > 0 else { return nil }
    try self.init(rows: shape[0], columns: shape[1]) { row, column in
      try file.read(entry, [row..<row + 1, column..<column + 1, 0..<shape[2]])
    }
  }

  /// Of `rows` times `columns` vectors, which `read` gives.
  init?(rows count: Int, columns width: Int, read: (_ row: Int, _ column: Int) throws -> [Double]) rethrows {
    guard count > 1, width > 1 else { return nil }
    let (rows, columns) = (Self.places(count), Self.places(width))
    let vectors = try rows.map { row in try columns.map { try read(row, $0) } }
    let along = Self.variance(vectors)
    let across = Self.variance(columns.indices.map { column in vectors.map { $0[column] } })
    guard along.isFinite, across.isFinite, along > 0 || across > 0 else { return nil }
    ratio = along / across
  }

  /// Of `vectors`, by both axes: the mean over the second of the variance over the first.
  private static func variance(_ vectors: [[[Double]]]) -> Double {
    var sum = 0.0
    for column in vectors[0].indices {
      for dimension in vectors[0][column].indices {
        let values = vectors.map { $0[column][dimension] }
        let mean = values.reduce(0, +) / Double(values.count)
        sum += values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
      }
    }
    return sum / Double(vectors[0].count)
  }

  private static func places(_ count: Int) -> [Int] {
    count <= most ? Array(0..<count) : (0..<most).map { $0 * (count - 1) / (most - 1) }
  }

  /// A ratio in a message.
  static func words(_ ratio: Double) -> String { ratio < 1000 ? "\((ratio * 10).rounded() / 10)" : "1000 and more" }
}

/// Why a stack is refused.
enum StackFault: FileFault, Equatable {
  /// Its vectors vary along the first axis as layers do, and as roles do along the second.
  case layersFirst([Int], ratio: Double)

  var explanation: String {
    switch self {
    case .layersFirst(let shape, let ratio):
      """
      a stack of shape \(shape) would be taken as (roles, layers, d), but its vectors vary \(AxisVariation.words(ratio)) times as much \
      along the first axis as along the second, as layers do and roles do not: say the order with --axes layers,roles,d (or \
      roles,layers,d, if it is that)
      """
    }
  }
}
