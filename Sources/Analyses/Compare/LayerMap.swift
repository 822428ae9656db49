internal import Files

/// Which layer of one space is compared with which of another.
public enum LayerMap: Sendable, Equatable {
  /// The one layer of each; the same numbers, where the spaces are of one model by name, or of models of one depth as far as the dumps
  /// show; by relative depth otherwise.
  case automatic
  /// The same numbers.
  case same
  /// The layer at the nearest relative depth, (l + 1) / L for block l of L.
  case relative
  /// Groups of layer numbers, one for each space, or for the first and for all others.
  case listed([[Int]])

  /// Reads `auto`, `same`, `relative`, or groups with commas between: `16=12,20=15`, and for three spaces also `16=12=10`.
  public init?(_ text: String) {
    switch text {
    case "auto": self = .automatic
    case "same": self = .same
    case "relative": self = .relative
    default:
      var groups: [[Int]] = []
      for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        let numbers = part.split(separator: "=", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count >= 2, numbers.allSatisfy({ $0.map { (-1...1_000_000).contains($0) } ?? false }) else {
          return nil
        }
        groups.append(numbers.compactMap(\.self))
      }
      self = .listed(groups)
    }
  }
}
