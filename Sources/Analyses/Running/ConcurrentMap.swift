/// The results of `body` for each item, in the order of the items, computed by at most `threads` tasks at a time.
///
/// Each item is computed whole by one task, so the results do not depend on `threads`.
func concurrentMap<Item: Sendable, Result: Sendable>(
  _ items: [Item], threads: Int, _ body: @escaping @Sendable (Item) async throws -> Result
) async throws -> [Result] {
  // Errors are results too, so that the first one in the order of the items is thrown, not the first in time.
  typealias Outcome = Swift.Result<Result, any Error>
  @Sendable func computed(_ index: Int) async -> (Int, Outcome) {
    do { return (index, .success(try await body(items[index]))) } catch { return (index, .failure(error)) }
  }
  let outcomes = await withTaskGroup(of: (Int, Outcome).self) { group in
    var (outcomes, next) = ([Outcome?](repeating: nil, count: items.count), 0)
    while next < min(max(threads, 1), items.count) {
      group.addTask { [next] in await computed(next) }
      next += 1
    }
    var hasFailed = false
    while let (index, outcome) = await group.next() {
      outcomes[index] = outcome
      if case .failure = outcome { hasFailed = true }
      if next < items.count, !hasFailed {
        group.addTask { [next] in await computed(next) }
        next += 1
      }
    }
    return outcomes
  }
  return try outcomes.compactMap { try $0?.get() }
}

/// The results of `body` for each item, in the order of the items, as `concurrentMap(_:threads:_:)` computes them, but the costliest
/// items first: one that is begun last keeps one thread busy while the others wait. Of several errors that of the costliest item is thrown.
///
/// - Parameter cost: of an item, in any unit.
func concurrentMap<Item: Sendable, Result: Sendable>(
  _ items: [Item], threads: Int, cost: (Item) -> Int, _ body: @escaping @Sendable (Item) async throws -> Result
) async throws -> [Result] {
  let costs = items.map(cost)
  let order = items.indices.sorted { (costs[$1], $0) < (costs[$0], $1) }
  let found = try await concurrentMap(order.map { items[$0] }, threads: threads, body)
  return zip(order, found).sorted { $0.0 < $1.0 }.map(\.1)
}

extension Range<Int> {
  /// It in at most `count` ranges of nearly the same length, none of which is empty.
  func parts(_ count: Int) -> [Range<Int>] {
    let parts = Swift.max(1, Swift.min(count, self.count))
    return (0..<parts).map {
      lowerBound + self.count * $0 / parts..<lowerBound + self.count * ($0 + 1) / parts
    }
  }
}
