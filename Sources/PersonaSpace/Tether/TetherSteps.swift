internal import Statistics

/// The steps of conversations, changes from a turn to the very next, as one list.
struct TetherSteps {
  /// Where each step begins, less `centre.position`.
  private(set) var positions: [Double] = []
  /// Each step's change, less `centre.change`.
  private(set) var changes: [Double] = []
  /// The steps of each conversation.
  private(set) var ranges: [Range<Int>] = []
  /// Whether the step before it, of the same conversation, ends where it begins.
  private(set) var follows: [Bool] = []
  /// The means of both, about which sums are taken: what all steps share costs no digits then.
  let centre: (position: Double, change: Double)

  /// - Throws: `TetherFault` if they are too few or all begin at one position.
  init(_ tracks: [ConversationTrack]) throws(TetherFault) {
    for track in tracks {
      let (start, places) = (positions.count, track.steps)
      for (index, place) in places.enumerated() {
        positions.append(track.positions[place])
        changes.append(track.positions[place + 1] - track.positions[place])
        follows.append(index > 0 && places[index - 1] == place - 1)
      }
      ranges.append(start..<positions.count)
    }
    guard positions.count >= TetherFault.leastSteps else { throw .tooFewSteps(positions.count) }
    let first = positions[0]
    guard positions.contains(where: { $0 != first }) else { throw .constantPositions(first) }
    centre = (mean(of: positions), mean(of: changes))
    for index in positions.indices {
      positions[index] -= centre.position
      changes[index] -= centre.change
    }
  }

  /// The steps of the first half of each conversation's turns and those of the second, for each way to halve them: the middle
  /// one of an odd number of steps belongs to the second, and then to the first (Dhaene & Jochmans, Review of Economic Studies
  /// 82, 2015, section 3).
  var halves: [[Range<Int>]] {
    [0, 1].flatMap { odd in
      let middles = ranges.map { $0.lowerBound + ($0.count + odd) / 2 }
      return [
        zip(ranges, middles).map { $0.lowerBound..<$1 }, zip(ranges, middles).map { $1..<$0.upperBound },
      ]
    }
  }
}

/// The sums that a line through steps follows from.
struct TetherSums {
  /// Of how many columns they are.
  static let count = 6

  let steps, position, positionSquare, change, product, changeSquare: Double

  /// From the elements of a row of sums, from `start` on.
  init(_ sums: ArraySlice<Double>, at start: Int) {
    let first = sums.startIndex + start
    (steps, position, positionSquare) = (sums[first], sums[first + 1], sums[first + 2])
    (change, product, changeSquare) = (sums[first + 3], sums[first + 4], sums[first + 5])
  }

  /// The columns of those sums: an element for each conversation, of its steps in `ranges`.
  static func columns(_ steps: TetherSteps, _ ranges: [Range<Int>]) -> [[Double]] {
    var columns = [[Double]](repeating: [Double](repeating: 0, count: ranges.count), count: count)
    for (conversation, range) in ranges.enumerated() {
      var (x, xx, y, xy, yy) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for step in range {
        let (position, change) = (steps.positions[step], steps.changes[step])
        x += position
        xx += position * position
        y += change
        xy += position * change
        yy += change * change
      }
      for (column, sum) in [Double(range.count), x, xx, y, xy, yy].enumerated() { columns[column][conversation] = sum }
    }
    return columns
  }

  /// The line change = level + slope · position and its residual sum of squares; nil of too few steps, or if all begin at one
  /// position.
  var line: (level: Double, slope: Double, residual: Double)? {
    guard steps >= Double(TetherFault.leastSteps) else { return nil }
    let spread = positionSquare - position * position / steps
    // What is left of equal positions is rounding.
    guard spread > 1e-14 * positionSquare else { return nil }
    let covariance = product - position * change / steps
    let slope = covariance / spread
    let total = changeSquare - change * change / steps
    return ((change - slope * position) / steps, slope, max(0, total - slope * covariance))
  }
}
