internal import Files
internal import TensorFiles

/// In which order the axes of a tensor of turns, or tokens, are: what the space, a manifest and the number of turns decide.
struct TurnArrangement {
  /// The dimensions of the space.
  let hiddenSize: Int
  /// The layers that rows have: as said, or of the space.
  let layers: Int
  /// The turns, or tokens, that there are, where a transcript or offsets say it.
  var count: Int?
  /// Whether a manifest of this layout lies beside them, which leaves no doubt of the usual order.
  var isDocumented = false
  /// The order, where a user says it.
  var said: AxesOrder?
  /// How near activations are to the roles of the space, where it tells.
  var nearness: SpaceNearness?

  /// An order of the axes of a tensor.
  private struct Order {
    let axes: [Int]
    let name: String
  }

  /// The tensor with its axes in the order (turns, layers, d), or (turns, d) of one layer; and what a user should know of it.
  ///
  /// Axes of one index beside these are left out. A tensor of which no order fits stays as it is. Where several do, the one is taken in
  /// which activations are nearest to the roles of the space; the usual one where that does not tell.
  ///
  /// - Throws: `FileError` if the file cannot be read.
  func arranged(_ entry: TensorEntry, in file: TensorFile) throws -> (entry: TensorEntry, note: String?) {
    let entry = entry.shape.count > 3 ? entry.withoutSingleAxes(downTo: 3) : entry
    let shape = entry.shape
    if let axes = said?.permutation(rank: shape.count) { return (entry.withAxes(axes), nil) }
    if shape.count == 2 {
      guard layers == 1 else { return (entry, nil) }
      let fitting = Self.pairs.filter { shape[$0.axes[1]] == hiddenSize }
      return try chosen(among: fitting, entry, file, reason: "the hidden size")
    }
    guard shape.count == 3 else { return (entry, nil) }
    let fitting = Self.orders.filter { shape[$0.axes[2]] == hiddenSize && shape[$0.axes[1]] == layers }
    let counted = fitting.filter { order in count.map { shape[order.axes[0]] == $0 } ?? true }
    if counted.isEmpty, shape[0] == count { return (entry, nil) }
    return try chosen(
      among: counted.isEmpty ? fitting : counted, entry, file, reason: "\(layers) layers of \(hiddenSize) dimensions")
  }

  /// The tensor in one of the orders `fitting`, the usual one first.
  private func chosen(
    among fitting: [Order], _ entry: TensorEntry, _ file: TensorFile, reason: String
  ) throws -> (entry: TensorEntry, note: String?) {
    guard let first = fitting.first else { return (entry, nil) }
    let isUsual = first.axes == Array(first.axes.indices)
    if fitting.count == 1 {
      return isUsual ? (entry, nil) : (entry.withAxes(first.axes), taken(entry.shape, first.name, reason))
    }
    if isUsual, isDocumented || entry.shape[0] == 1 { return (entry, nil) }
    if let sibling = order(besides: file, tensor: entry.name),
      fitting.contains(where: { $0.axes == sibling.order.axes })
    {
      let order = sibling.order
      let isPlain = order.axes == Array(order.axes.indices)
      return (
        entry.withAxes(order.axes),
        isPlain ? nil : "shape \(entry.shape) is taken as \(order.name), as that of \(sibling.path) beside it"
      )
    }
    let distances = try fitting.compactMap { try nearness?.distance(of: entry.withAxes($0.axes), in: file) }
    var order = first
    var words = ""
    if distances.count == fitting.count, let least = distances.min(), let place = distances.firstIndex(of: least) {
      let rest = distances.enumerated().filter { $0.offset != place }.map(\.element).min() ?? .nan
      if rest > least * Self.decisive {
        order = fitting[place]
        words = " (its vectors are nearer to the roles of the space as it is taken)"
      }
    }
    let others = fitting.filter { $0.name != order.name }.map(\.name)
    return (
      entry.withAxes(order.axes),
      "shape \(entry.shape) is taken as \(order.name), and could be \(others.joined(separator: " or ")) as well\(words); if it is, say so "
        + "with --axes \(others[0].filter { !"() ".contains($0) })"
    )
  }

  /// Files beside a conversation that are looked at.
  private static let mostSiblings = 24

  /// The order of the axes of the conversations beside `file`, by those whose shape leaves no doubt: one program wrote them all. Nil if none
  /// tells, or they differ.
  private func order(besides file: TensorFile, tensor: String) -> (order: Order, path: String)? {
    let folder = Paths.parent(of: file.path)
    let names = ((try? dumpFiles(in: folder)) ?? []).filter { $0 != Paths.lastComponent(of: file.path) }
    var found: (order: Order, path: String)?
    for name in names.prefix(Self.mostSiblings) {
      let path = "\(folder)/\(name)"
      guard let other = try? TensorFile(path: path), let entry = other.tensors.first(where: { $0.name == tensor }),
        entry.shape.count == 3
      else { continue }
      let shape = entry.shape
      let fitting = Self.orders.filter { shape[$0.axes[2]] == hiddenSize && shape[$0.axes[1]] == layers }
      guard fitting.count == 1, let order = fitting.first else { continue }
      if let found, found.order.axes != order.axes { return nil }
      found = (order, path)
    }
    return found
  }

  /// From here on the nearer order is taken. In each conversation of `Data/smollm2` and `Data/demo` turns are nearer in their own order than
  /// with layers and turns swapped, by squares: 40 times and 1.5 times at least, and less over a few neighbouring layers.
  private static let decisive = 1.2

  /// One vector, (layers, d) or (d), of a file: turned where the hidden size comes first.
  func arrangedVector(_ entry: TensorEntry) -> (entry: TensorEntry, note: String?) {
    let entry = entry.withoutSingleAxes(downTo: 2)
    let shape = entry.shape
    guard shape.count == 2, shape[1] != hiddenSize, shape[0] == hiddenSize, shape[1] == layers else {
      return (entry, nil)
    }
    return (
      shape[1] == 1 ? entry.withAxes([0]) : entry.withAxes([1, 0]), taken(shape, "(d, layers)", "the hidden size")
    )
  }

  private func taken(_ shape: [Int], _ name: String, _ reason: String) -> String {
    "shape \(shape) is taken as \(name), by \(reason) of the space"
  }

  /// The usual one first.
  private static let orders: [Order] = [
    Order(axes: [0, 1, 2], name: "(turns, layers, d)"), Order(axes: [1, 0, 2], name: "(layers, turns, d)"),
    Order(axes: [0, 2, 1], name: "(turns, d, layers)"), Order(axes: [2, 0, 1], name: "(layers, d, turns)"),
    Order(axes: [1, 2, 0], name: "(d, turns, layers)"), Order(axes: [2, 1, 0], name: "(d, layers, turns)"),
  ]
  /// The same of one layer.
  private static let pairs: [Order] = [
    Order(axes: [0, 1], name: "(turns, d)"), Order(axes: [1, 0], name: "(d, turns)"),
  ]
}
