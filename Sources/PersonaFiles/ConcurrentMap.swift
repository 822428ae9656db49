/// The results of `body` for each item, in the order of the items, computed by at most `threads` tasks at a time.
///
/// Each item is computed whole by one task, so the results do not depend on `threads`.
func concurrentMap<Item: Sendable, Result: Sendable>(
  _ items: [Item], threads: Int, _ body: @escaping @Sendable (Item) throws -> Result
) async throws -> [Result] {
  try await withThrowingTaskGroup(of: (Int, Result).self) { group in
    var (results, next) = ([Result?](repeating: nil, count: items.count), 0)
    while next < min(max(threads, 1), items.count) {
      group.addTask { [next] in (next, try body(items[next])) }
      next += 1
    }
    while let (index, result) = try await group.next() {
      results[index] = result
      if next < items.count {
        group.addTask { [next] in (next, try body(items[next])) }
        next += 1
      }
    }
    return results.compactMap(\.self)
  }
}
