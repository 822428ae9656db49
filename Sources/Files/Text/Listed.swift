/// The first few of `names`, and how many there are, for a message.
public func listed(_ names: [String], most: Int = 8) -> String {
  if names.isEmpty { return "none" }
  let shown = names.prefix(most).map { "'\($0)'" }.joined(separator: ", ")
  return names.count > most ? "\(shown) and \(names.count - most) more" : shown
}
