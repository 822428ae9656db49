internal import Files
internal import TensorFiles

/// How the axes of the tensor of a role are taken.
package enum VectorLayout: Sendable, Equatable {
  /// (layers, d), or (d).
  case usual
  /// (d, layers): the hidden size comes first. Of one index, the second axis is none.
  case transposed
  /// (n, layers, d): of n responses, or tokens, of which the mean is the vector.
  case meanOfFirst
  /// (layers, n, d), in the same way.
  case meanOfSecond
  /// (n, d): of one layer, in the same way.
  case meanOfRows

  /// Whether the vector is a mean.
  var averages: Bool { [.meanOfFirst, .meanOfSecond, .meanOfRows].contains(self) }

  /// `entry` with its axes in the order (layers, d), or (n, layers, d) where the vector is a mean; as it is, where it has others.
  func arranged(_ entry: TensorEntry) -> TensorEntry {
    switch (self, entry.shape.count) {
    case (.transposed, 2): entry.shape[1] == 1 ? entry.withAxes([0]) : entry.withAxes([1, 0])
    case (.meanOfSecond, 3): entry.withAxes([1, 0, 2])
    default: entry
    }
  }
}

/// What decides how the axes of vectors are taken, where something says it.
package struct ExpectedShape: Sendable {
  /// The number of dimensions; nil if nothing says it.
  package var hiddenSize: Int?
  /// The number of layers; nil if nothing says it.
  package var layers: Int?

  /// The order of the axes, where a user says it.
  package var axes: AxesOrder?

  package init(hiddenSize: Int? = nil, layers: Int? = nil) { (self.hiddenSize, self.layers) = (hiddenSize, layers) }

  /// What `manifest` says.
  package init(_ manifest: Manifest) { self.init(hiddenSize: manifest.hiddenSize, layers: manifest.layers?.count) }
}

/// How the tensors of one rank are taken, and what a user should know of it.
struct ArrangedShapes {
  let layout: VectorLayout
  /// Nil where there is nothing to say.
  var note: String?

  /// Of tensors of the shapes `shapes`, all of rank `rank`.
  ///
  /// - Parameter noun: what they are of, in a message.
  init(_ shapes: [[Int]], rank: Int, expecting expected: ExpectedShape, of noun: String = "vectors") {
    if let axes = expected.axes, let said = Self.said(axes, rank: rank) {
      self = said
      return
    }
    switch rank {
    case 2: self = Self.matrices(shapes, expected, noun)
    case 3: self = Self.stacks(shapes, expected)
    default: (layout, note) = (.usual, nil)
    }
  }

  private init(_ layout: VectorLayout, _ note: String?) { (self.layout, self.note) = (layout, note) }

  /// As a user says it; nil where that is of tensors of other axes.
  private static func said(_ axes: AxesOrder, rank: Int) -> ArrangedShapes? {
    // Of a stack of roles the rows are taken by themselves.
    if rank == 2 { return ArrangedShapes(axes.isTransposed ? .transposed : .usual, nil) }
    guard rank == 3, axes.permutation(rank: 3) != nil, !axes.isTransposed, let rows = axes.rows, rows < 2 else {
      return nil
    }
    return ArrangedShapes(rows == 0 ? .meanOfFirst : .meanOfSecond, nil)
  }

  /// No model's hidden size is smaller: what is, is an example worked by hand, and taken as it stands.
  private static let leastHiddenSize = 16

  private static func matrices(_ shapes: [[Int]], _ expected: ExpectedShape, _ noun: String) -> ArrangedShapes {
    let shape = shapes[0]
    let (rows, columns) = (shape[0], shape[1])
    let isUniform = Set(shapes).count == 1
    let isTurned = "\(noun) of shape \(shape) are taken as (d, layers), as"
    if let hiddenSize = expected.hiddenSize {
      if columns != hiddenSize, isUniform, rows == hiddenSize {
        return ArrangedShapes(.transposed, "\(isTurned) the hidden size in manifest.json is \(hiddenSize)")
      }
    } else if let layers = expected.layers, isUniform, columns == layers, rows != layers, rows >= leastHiddenSize {
      return ArrangedShapes(.transposed, "\(isTurned) manifest.json or --row-layers number \(layers) layers")
    } else if columns == 1, rows >= leastHiddenSize, isUniform {
      return ArrangedShapes(.transposed, "\(noun) of shape \(shape) are taken as one vector of \(rows) dimensions")
    }
    let counts = Set(shapes.map { $0[0] })
    // A file of another model, or one that was cut, has another number of rows than the rest; tokens have many.
    let areTokens = counts.count >= 3 && counts.count * 3 > shapes.count
    if Set(shapes.map { $0[1] }).count == 1, areTokens || expected.layers == 1 && counts != [1] {
      let range = counts.count == 1 ? "\(rows)" : "\(counts.min() ?? 0) to \(counts.max() ?? 0)"
      return ArrangedShapes(
        .meanOfRows,
        """
        vectors of \(range) rows of \(columns) are taken as tokens or responses of one layer, of which the mean is the role's \
        vector
        """)
    }
    if rows == columns, rows >= leastHiddenSize, isUniform {
      return ArrangedShapes(
        .usual,
        "\(noun) of shape \(shape) are taken as (layers, d), and could be (d, layers) as well; if they are, say so with --axes d,layers"
      )
    }
    guard rows > columns, isUniform else { return ArrangedShapes(.usual, nil) }
    return ArrangedShapes(
      .usual,
      """
      \(noun) of shape \(shape) have more rows than dimensions: they are taken as \(rows) layers of \(columns) dimensions. If they are \
      (d, layers), say "hidden_size": \(rows) in manifest.json; if the rows are tokens or responses of one layer, --row-layers LAYER
      """)
  }

  private static func stacks(_ shapes: [[Int]], _ expected: ExpectedShape) -> ArrangedShapes {
    let (firsts, middles) = (Set(shapes.map { $0[0] }), Set(shapes.map { $0[1] }))
    let first = shapes[0]
    let isSecond: Bool
    if let layers = expected.layers, middles == [layers] || firsts == [layers] {
      isSecond = middles != [layers]
    } else {
      isSecond = middles.count > 1 && firsts.count == 1
    }
    let (count, layers) = isSecond ? (middles, first[0]) : (firsts, first[1])
    let number = count.count == 1 ? "\(count.first ?? 0)" : "\(count.min() ?? 0) to \(count.max() ?? 0)"
    var note =
      "vectors of shape \(first) are taken as \(number) responses or tokens in \(layers) layers, of which the mean is the role's vector"
    if expected.layers == nil, !isSecond {
      note +=
        "; if they are (layers, n, d), say the number of layers with \"layers\" in manifest.json or with --row-layers"
    }
    return ArrangedShapes(isSecond ? .meanOfSecond : .meanOfFirst, note)
  }
}
