/// In which order the axes of a tensor are, as a user says it: `layers,roles,d` of a stack of roles, `d,layers` of a vector,
/// `layers,turns,d` of turns.
public struct AxesOrder: Sendable, Equatable {
  private enum Axis { case rows, layers, dimensions }

  /// The text it was read from.
  public let text: String
  /// Whether its rows are turns.
  public let isOfTurns: Bool
  private let axes: [Axis]

  /// Reads two or three names with commas between: `d`, and of `layers` and what rows are (`roles`, `turns`, `tokens`, `n`) one or
  /// both; nil for another text.
  public init?(_ text: String) {
    let names = text.lowercased().split(separator: ",", omittingEmptySubsequences: false).map { name in
      String(name.drop { $0 == " " || $0 == "(" }.prefix { $0 != " " && $0 != ")" })
    }
    let axes = names.compactMap { Self.axis($0) }
    guard (2...3).contains(names.count), axes.count == names.count, Set(axes).count == axes.count,
      axes.contains(.dimensions)
    else { return nil }
    (self.text, self.axes, isOfTurns) = (text, axes, names.contains { ["turns", "t"].contains($0) })
  }

  private static func axis(_ name: String) -> Axis? {
    switch name {
    case "d", "dimensions", "hidden", "hidden_size": .dimensions
    case "layers", "layer", "l": .layers
    case "roles", "personas", "turns", "tokens", "responses", "n", "r", "t": .rows
    default: nil
    }
  }

  /// The axes of a tensor of the rank `rank` in the order (rows, layers, d), of which it may lack one; nil for another rank.
  package func permutation(rank: Int) -> [Int]? {
    axes.count == rank ? [Axis.rows, .layers, .dimensions].compactMap { axes.firstIndex(of: $0) } : nil
  }

  /// The place of the rows; nil of a vector.
  package var rows: Int? { axes.firstIndex(of: .rows) }

  /// Whether the dimensions come before the layers.
  package var isTransposed: Bool {
    guard let layers = axes.firstIndex(of: .layers), let dimensions = axes.firstIndex(of: .dimensions) else {
      return false
    }
    return dimensions < layers
  }
}
