internal import Files
internal import TensorFiles

/// How the axes of the tensors of responses are taken: (layers, d), or (n, layers, d) of several, unless an option, the manifest or the
/// numbers themselves say otherwise.
struct ResponseArrangement {
  private let isTransposed: Bool
  /// Whether a stack of responses has its layers first.
  private let hasLayersFirst: Bool
  /// What a user should know of it; nil where there is nothing to say.
  let note: String?

  /// Of `tensor` of `file`, and others of its shape.
  ///
  /// - Parameters:
  ///   - isStack: whether it is all responses of the file, one behind the other.
  ///   - expected: what an option or a manifest says.
  /// - Throws: `FileError` if the numbers of a stack vary as those of another order would.
  init(_ tensor: TensorEntry, in file: TensorFile, isStack: Bool, expecting expected: ExpectedShape) throws {
    let shape = tensor.shape
    guard (2...3).contains(shape.count) else {
      (isTransposed, hasLayersFirst, note) = (false, false, nil)
      return
    }
    let own = Array(shape.suffix(2))
    if shape.count == 3, isStack {
      let (isSecond, note) = try Self.order(tensor, file, expected)
      if isSecond {
        (isTransposed, hasLayersFirst, self.note) = (false, true, note)
        return
      }
      let arranged = ArrangedShapes([own], rank: 2, expecting: expected, of: "responses")
      (isTransposed, hasLayersFirst) = (arranged.layout == .transposed, false)
      self.note = Self.plain(arranged).note ?? note
      return
    }
    let arranged = Self.plain(ArrangedShapes([own], rank: 2, expecting: expected, of: "responses"))
    (isTransposed, hasLayersFirst, note) = (arranged.isTransposed, false, arranged.note)
  }

  /// Without what is taken for tokens of one layer, which responses are not.
  private static func plain(_ arranged: ArrangedShapes) -> (isTransposed: Bool, note: String?) {
    arranged.layout.averages ? (false, nil) : (arranged.layout == .transposed, arranged.note)
  }

  /// Whether a stack has its layers first, and what to say of it.
  private static func order(
    _ stack: TensorEntry, _ file: TensorFile, _ expected: ExpectedShape
  ) throws -> (isSecond: Bool, note: String?) {
    let shape = stack.shape
    if let axes = expected.axes, axes.permutation(rank: 3) != nil { return (axes.rows == 1, nil) }
    if let layers = expected.layers, shape.prefix(2).contains(layers), shape[0] != shape[1] {
      let isSecond = shape[0] == layers
      return (isSecond, isSecond ? "shape \(shape) is taken as (layers, responses, d)" : nil)
    }
    if expected.hiddenSize.map({ $0 != shape[2] }) ?? false { return (false, nil) }
    let ratio = try AxisVariation(stack, in: file)?.ratio
    if let ratio, ratio > AxisVariation.decisive {
      throw FileError(
        path: file.path, place: stack.name.isEmpty ? nil : stack.name,
        fault: ResponseFault.layersFirst(shape, ratio: ratio))
    }
    return (
      false,
      ratio.map { $0 < 1 / AxisVariation.decisive } ?? false
        ? nil
        : "shape \(shape) is taken as (responses, layers, d), and could be (layers, responses, d) as well: --axes layers,responses,d says so"
    )
  }

  /// `tensor` with its axes in the order (layers, d), or (n, layers, d).
  func arranged(_ tensor: TensorEntry) -> TensorEntry {
    let rank = tensor.shape.count
    if hasLayersFirst, rank == 3 { return tensor.withAxes([1, 0, 2]) }
    guard isTransposed else { return tensor }
    return rank == 3 ? tensor.withAxes([0, 2, 1]) : VectorLayout.transposed.arranged(tensor)
  }
}
