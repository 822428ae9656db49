import LinearAlgebra
import PersonaSpace
import Statistics

/// Seconds to find the principal components of role vectors in memory, layer beside layer:
///
///     components ROLES LAYERS DIMENSIONS KEPT THREADS ROUNDS
///
/// Prints a number a round. As in a fit, a task does a layer, with BLAS on one thread.
@main struct Components {
  static func main() async throws {
    let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    guard numbers.count == 6 else { fatalError("components ROLES LAYERS DIMENSIONS KEPT THREADS ROUNDS") }
    let (roles, layers, dimensions, kept) = (numbers[0], numbers[1], numbers[2], numbers[3])
    BLASThreads.endIdleOnes()
    var generator = SeededGenerator(seed: 1)
    let matrices = (0..<layers).map { _ in
      Matrix(
        rows: roles, columns: dimensions,
        elements: (0..<roles * dimensions).map { _ in Double.random(in: -1...1, using: &generator) })
    }
    for _ in 0..<numbers[5] {
      let start = ContinuousClock.now
      try await withThrowingTaskGroup(of: Double.self) { group in
        var waiting = matrices[...]
        func next() {
          guard let rows = waiting.popFirst() else { return }
          group.addTask { try PrincipalComponents(of: rows, keeping: kept).variance[0] }
        }
        for _ in 0..<numbers[4] { next() }
        // A variance that is not there would be a fault of the measurement.
        while let variance = try await group.next() {
          precondition(variance > 0)
          next()
        }
      }
      let (seconds, attoseconds) = (ContinuousClock.now - start).components
      print(Double(seconds) + 1e-18 * Double(attoseconds))
    }
  }
}
