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

  /// The tensor with its axes in the order (turns, layers, d), or (turns, d) of one layer; and what a user should know of it.
  ///
  /// Axes of one index beside these are left out. A tensor of which no order fits stays as it is.
  func arranged(_ entry: TensorEntry) -> (entry: TensorEntry, note: String?) {
    let entry = entry.shape.count > 3 ? entry.withoutSingleAxes(downTo: 3) : entry
    let shape = entry.shape
    if shape.count == 2, shape[1] != hiddenSize, shape[0] == hiddenSize, layers == 1 {
      return (entry.withAxes([1, 0]), taken(shape, "(d, turns)", "the hidden size"))
    }
    guard shape.count == 3 else { return (entry, nil) }
    let fitting = Self.orders.filter { shape[$0.axes[2]] == hiddenSize && shape[$0.axes[1]] == layers }
    let counted = fitting.filter { order in count.map { shape[order.axes[0]] == $0 } ?? true }
    if counted.isEmpty, shape[0] == count { return (entry, nil) }
    guard let order = (counted.isEmpty ? fitting : counted).first else { return (entry, nil) }
    if order.axes != [0, 1, 2] {
      return (entry.withAxes(order.axes), taken(shape, order.name, "\(layers) layers of \(hiddenSize) dimensions"))
    }
    guard shape[0] == layers, layers > 1, !isDocumented else { return (entry, nil) }
    return (
      entry,
      "shape \(shape) is taken as (turns, layers, d), and could be (layers, turns, d) as well; if it is, turn it with .transpose(0, 1)"
    )
  }

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
  private static let orders: [(axes: [Int], name: String)] = [
    ([0, 1, 2], "(turns, layers, d)"), ([1, 0, 2], "(layers, turns, d)"), ([0, 2, 1], "(turns, d, layers)"),
    ([2, 0, 1], "(layers, d, turns)"), ([1, 2, 0], "(d, turns, layers)"), ([2, 1, 0], "(d, layers, turns)"),
  ]
}
