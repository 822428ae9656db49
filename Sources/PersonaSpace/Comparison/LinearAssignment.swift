public import LinearAlgebra

/// The assignment of a column to each row, no column twice, for which the sum of the elements is largest: the Hungarian method
/// with shortest augmenting paths (Jonker & Volgenant, Computing 38, 1987).
///
/// - Parameter gains: no more rows than columns, finite.
/// - Returns: the column of each row. Of assignments that are as good, one is chosen by the order of the elements alone.
/// - Complexity: O(rows² · columns).
public func largestAssignment(_ gains: Matrix) -> [Int] {
  let (rows, columns, elements) = (gains.rows, gains.columns, gains.elements)
  precondition(rows <= columns, "more rows than columns to assign")
  // Potentials of rows and columns for costs −gain; row and column 0 are sentinels.
  var rowPotential = [Double](repeating: 0, count: rows + 1)
  var columnPotential = [Double](repeating: 0, count: columns + 1)
  var owner = [Int](repeating: 0, count: columns + 1)
  for row in stride(from: 1, through: rows, by: 1) {
    var previous = [Int](repeating: 0, count: columns + 1)
    var distance = [Double](repeating: .infinity, count: columns + 1)
    var isReached = [Bool](repeating: false, count: columns + 1)
    owner[0] = row
    var column = 0
    repeat {
      isReached[column] = true
      let current = owner[column]
      var (nearest, step) = (0, Double.infinity)
      for next in 1...columns where !isReached[next] {
        let reduced = -elements[(current - 1) * columns + next - 1] - rowPotential[current] - columnPotential[next]
        if reduced < distance[next] { (distance[next], previous[next]) = (reduced, column) }
        if distance[next] < step { (step, nearest) = (distance[next], next) }
      }
      for other in 0...columns {
        if isReached[other] {
          rowPotential[owner[other]] += step
          columnPotential[other] -= step
        } else {
          distance[other] -= step
        }
      }
      column = nearest
    } while owner[column] != 0
    // The path is turned: each column on it goes to the row before.
    repeat {
      let before = previous[column]
      owner[column] = owner[before]
      column = before
    } while column != 0
  }
  var assignment = [Int](repeating: 0, count: rows)
  for column in stride(from: 1, through: columns, by: 1) where owner[column] > 0 {
    assignment[owner[column] - 1] = column - 1
  }
  return assignment
}
