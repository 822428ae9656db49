internal import Synchronization

/// A count that tasks share.
final class Counter: Sendable {
  private let value = Mutex(0)

  /// Counts one more and gives the new count.
  func next() -> Int {
    value.withLock {
      $0 += 1
      return $0
    }
  }
}
