internal import Glibc

/// The Kalman filter of walks, of which the gains depend on which turns are there alone: conversations that have the same ones share
/// them. In standard units.
///
/// The two means, start and resting point, enter a position linearly, with a = (1 − k)^turn and 1 − a: filtered as the positions are,
/// they follow by generalised least squares and are no part of the search (Durbin & Koopman, section 6.2.3; Rosenberg 1973).
struct WalkFilter: Sendable {
  /// Variances, and the memory 1 − k.
  struct Variances: Sendable {
    var memory, noise, reading, start, resting: Double
    /// Whether a conversation starts about its own resting point: `resting` is then also in the variance of the start.
    var startsAtOwnPoint = false
  }

  /// What conversations say of a walk.
  struct Likelihood: Sendable {
    let start, restingPoint: Double
    /// The sum of squared innovations in their standard deviations, of the logarithms of their variances, and their number.
    let squares, logVariances, count: Double
  }

  /// Conversations of which the same turns are there, read with the same errors.
  private struct Pattern: Sendable {
    let gaps: [Int]
    let readings: [Double]?
    let conversations: [Int]
  }

  /// What the filter does at a turn.
  private struct Gain: Sendable {
    var kept, pulled, position, resting, precision: Double
    var startInnovation, restingInnovation: Double
  }

  private let turns: TurnSequences
  private let patterns: [Pattern]
  /// The pattern of each conversation.
  private let places: [Int]

  /// - Parameter readings: the variances of the reading error by turn in standard units; nil for one of all.
  init(_ turns: TurnSequences, readings: [Double]? = nil) {
    struct Key: Hashable {
      let gaps: [Int]
      let readings: [Double]?
    }
    var (known, found, places): ([Key: Int], [(Key, [Int])], [Int]) = ([:], [], [])
    for (index, range) in turns.ranges.enumerated() {
      let key = Key(gaps: Array(turns.gaps[range]), readings: readings.map { Array($0[range]) })
      let place = known[key] ?? found.count
      if place == found.count { found.append((key, [])) }
      known[key] = place
      found[place].1.append(index)
      places.append(place)
    }
    (self.turns, self.places) = (turns, places)
    patterns = found.map { Pattern(gaps: $0.0.gaps, readings: $0.0.readings, conversations: $0.1) }
  }

  /// Conversations that count with weights, as the filter takes them.
  struct Weighed: Sendable {
    fileprivate let patterns: [WeighedPattern]
  }

  /// Rows of positions of one pattern, and with which weights the squares of a row's innovations and their products with those of
  /// the means count.
  fileprivate struct WeighedPattern: Sendable {
    let pattern: Int
    let positions: [Double]
    let rows: [(first: Int, squares: Double, products: Double)]
    /// The sum of the conversations' weights.
    let number: Double
  }

  /// From so many conversations a turn on, rows that have the same sums of products take their place.
  private static let leastConversations = 16

  /// The conversations that count `weights` times.
  func weighed(_ weights: [Double]) -> Weighed {
    Weighed(
      patterns: patterns.enumerated().map { index, pattern in
        let own = pattern.conversations.filter { weights[$0] > 0 }
        let number = own.reduce(0) { $0 + weights[$1] }
        guard own.count > Self.leastConversations * pattern.gaps.count else {
          return WeighedPattern(
            pattern: index, positions: turns.positions,
            rows: own.map { (turns.ranges[$0].lowerBound, weights[$0], weights[$0]) }, number: number)
        }
        let length = pattern.gaps.count
        let positions = moments(own, weights, length)
        return WeighedPattern(
          pattern: index, positions: positions,
          rows: (0...length).map { ($0 * length, $0 < length ? 1 : 0, $0 < length ? 0 : 1) }, number: number)
      })
  }

  /// Rows r whose sum of r rᵀ is that of the conversations' positions, weighted, as many as turns, and a row with their sum:
  /// innovations are linear in positions, so that their sums of squares and of products are those of the conversations.
  private func moments(_ conversations: [Int], _ weights: [Double], _ length: Int) -> [Double] {
    var (sum, products) = ([Double](repeating: 0, count: length), [Double](repeating: 0, count: length * length))
    for conversation in conversations {
      let (first, weight) = (turns.ranges[conversation].lowerBound, weights[conversation])
      for i in 0..<length {
        let scaled = weight * turns.positions[first + i]
        sum[i] += scaled
        for j in 0...i { products[i * length + j] += scaled * turns.positions[first + j] }
      }
    }
    // Cholesky's triangle, whose columns are the rows; what rounding leaves of a turn that others tell is left out.
    var rows = [Double](repeating: 0, count: length * length)
    for j in 0..<length {
      var rest = products[j * length + j]
      for k in 0..<j { rest -= rows[k * length + j] * rows[k * length + j] }
      guard rest > 1e-14 * products[j * length + j] else { continue }
      let root = rest.squareRoot()
      rows[j * length + j] = root
      for i in j + 1..<max(length, j + 1) {
        var product = products[i * length + j]
        for k in 0..<j { product -= rows[k * length + i] * rows[k * length + j] }
        rows[j * length + i] = product / root
      }
    }
    return rows + sum
  }

  /// The likelihood of conversations, at the best means.
  func likelihood(_ variances: Variances, _ weighed: Weighed) -> Likelihood {
    var total = Sums()
    for weighed in weighed.patterns {
      let pattern = patterns[weighed.pattern]
      let gains = Self.gains(pattern.gaps, pattern.readings, variances)
      var own = Sums()
      for row in weighed.rows {
        let (squares, start, resting) = Self.projected(weighed.positions, row.first, gains)
        own.squares += row.squares * squares
        own.startPosition += row.products * start
        own.restingPosition += row.products * resting
      }
      for gain in gains {
        let (a, b, precision) = (gain.startInnovation, gain.restingInnovation, weighed.number * gain.precision)
        own.startStart += precision * a * a
        own.startResting += precision * a * b
        own.restingResting += precision * b * b
        own.logVariances -= weighed.number * log(gain.precision)
      }
      own.count = weighed.number * Double(gains.count)
      total.add(own)
    }
    return total.solved
  }

  /// The log-likelihood of conversation `index` under means and `variances`, natural, in standard units.
  func logLikelihood(of index: Int, _ variances: Variances, start: Double, restingPoint: Double) -> Double {
    let pattern = patterns[places[index]]
    let gains = Self.gains(pattern.gaps, pattern.readings, variances)
    let crossed = Self.projected(turns.positions, turns.ranges[index].lowerBound, gains)
    var (squares, logs) = (crossed.squares, 0.0)
    for gain in gains {
      let mean = gain.startInnovation * start + gain.restingInnovation * restingPoint
      squares += gain.precision * mean * mean
      logs -= log(gain.precision)
    }
    squares -= 2 * (crossed.start * start + crossed.resting * restingPoint)
    return -0.5 * (squares + logs + Double(gains.count) * log(2 * .pi))
  }

  /// Sums of products of the innovations of the positions from `first` on with themselves and with those of the two means, over
  /// their variances.
  @inline(__always)
  private static func projected(
    _ positions: [Double], _ first: Int, _ gains: [Gain]
  ) -> (squares: Double, start: Double, resting: Double) {
    var (state, own, squares, start, resting) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for (place, gain) in gains.enumerated() {
      state = gain.kept * state + gain.pulled * own
      let innovation = positions[first + place] - state
      state += gain.position * innovation
      own += gain.resting * innovation
      let scaled = gain.precision * innovation
      squares += scaled * innovation
      start += scaled * gain.startInnovation
      resting += scaled * gain.restingInnovation
    }
    return (squares, start, resting)
  }

  private static func gains(_ gaps: [Int], _ readings: [Double]?, _ variances: Variances) -> [Gain] {
    let memory = variances.memory
    let whole = variances.noise / (1 - memory * memory)
    // The variances of x and of the conversation's own resting point, and their covariance.
    let shared = variances.startsAtOwnPoint ? variances.resting : 0
    var (xx, xc, cc) = (variances.start + shared, shared, variances.resting)
    // The filter's state for a start, and for a resting point, of 1.
    var (startState, startOwn, restingState, restingOwn, reach) = (0.0, 0.0, 0.0, 0.0, 1.0)
    return gaps.enumerated().map { place, gap in
      let kept = gap == 1 ? memory : pow(memory, Double(gap))
      let pulled = 1 - kept
      reach *= kept
      (xx, xc) = (
        kept * kept * xx + 2 * kept * pulled * xc + pulled * pulled * cc + whole * (1 - kept * kept),
        kept * xc + pulled * cc
      )
      let precision = 1 / (xx + (readings?[place] ?? variances.reading))
      let (position, resting) = (xx * precision, xc * precision)
      startState = kept * startState + pulled * startOwn
      restingState = kept * restingState + pulled * restingOwn
      let (startInnovation, restingInnovation) = (reach - startState, 1 - reach - restingState)
      startState += position * startInnovation
      startOwn += resting * startInnovation
      restingState += position * restingInnovation
      restingOwn += resting * restingInnovation
      (xx, xc, cc) = (xx * (1 - position), xc * (1 - position), cc - resting * xc)
      return Gain(
        kept: kept, pulled: pulled, position: position, resting: resting, precision: precision,
        startInnovation: startInnovation, restingInnovation: restingInnovation)
    }
  }

  private struct Sums {
    var squares = 0.0, startPosition = 0.0, restingPosition = 0.0
    var startStart = 0.0, startResting = 0.0, restingResting = 0.0
    var logVariances = 0.0, count = 0.0

    mutating func add(_ other: Sums) {
      squares += other.squares
      startPosition += other.startPosition
      restingPosition += other.restingPosition
      startStart += other.startStart
      startResting += other.startResting
      restingResting += other.restingResting
      logVariances += other.logVariances
      count += other.count
    }

    /// The normal equations of the two means; where they cannot be told from one another, one mean of both.
    var solved: Likelihood {
      let determinant = startStart * restingResting - startResting * startResting
      var (start, resting) = (0.0, 0.0)
      if determinant > 1e-12 * startStart * restingResting {
        start = (restingResting * startPosition - startResting * restingPosition) / determinant
        resting = (startStart * restingPosition - startResting * startPosition) / determinant
      } else {
        start = (startPosition + restingPosition) / (startStart + 2 * startResting + restingResting)
        resting = start
      }
      return Likelihood(
        start: start, restingPoint: resting,
        squares: max(squares - start * startPosition - resting * restingPosition, 1e-12 * count),
        logVariances: logVariances, count: count)
    }
  }
}
