internal import Dumps
internal import PersonaSpace

/// Which layers are capped together in a sweep: ranges of layers that follow one another.
struct CapRanges: Sendable {
  /// The ranges, as places of layers among those of the sweep: by the first, then by the last.
  let all: [Range<Int>]
  /// By the first place, the places in `all` by the number of layers; −1 where there is none.
  private let places: [[Int]]

  /// How many layers are capped together: 2, 3, 4, then steps of a half and a third, up to a quarter of the layers, 4 at least. Published
  /// ranges are of an eighth and of a fifth of the layers.
  static func widths(of count: Int) -> [Int] {
    let most = max(4, count / 4)
    var (widths, step) = ([2, 3], 4)
    while step <= most {
      widths += step * 3 / 2 <= most ? [step, step * 3 / 2] : [step]
      step *= 2
    }
    return widths.filter { $0 <= count }
  }

  /// Of layers with the numbers `layers`: none goes over a layer that is not there.
  init(of layers: [Int]) {
    let widths = Self.widths(of: layers.count)
    self.init(
      layers.indices.flatMap { first in
        widths.map { first..<first + $0 }
          .filter { $0.upperBound <= layers.count && layers[$0.upperBound - 1] - layers[first] == $0.count - 1 }
      }, of: layers.count)
  }

  /// All of `count` layers together, as a configuration caps them, whichever they are.
  init(whole count: Int) { self.init(count > 1 ? [0..<count] : [], of: count) }

  /// None.
  static let none = CapRanges([], of: 0)

  private init(_ all: [Range<Int>], of count: Int) {
    self.all = all
    var places = [[Int]](repeating: [], count: count)
    for (place, range) in all.enumerated() {
      let missing = range.count + 1 - places[range.lowerBound].count
      places[range.lowerBound] += [Int](repeating: -1, count: max(0, missing))
      places[range.lowerBound][range.count] = place
    }
    self.places = places
  }

  /// The number of layers of the widest range from `first` on; 0 without one.
  func widest(from first: Int) -> Int { max(0, places[first].count - 1) }

  /// The place of the range; nil if it is none of these.
  func place(_ range: Range<Int>) -> Int? {
    let place = places[range.lowerBound][range.count]
    return place < 0 ? nil : place
  }
}

/// Sums over the turns of a conversation under the floors of a range of layers.
struct CapRangeSums: Sendable {
  /// The turns that every layer of the range has, and whether the first and the last of the conversation are among them.
  private(set) var turns = 0
  private(set) var hasFirst = false
  private(set) var hasLast = false
  /// Threshold by threshold: the sum of the share of tokens touched; and the first turn's movement less the last one's if all arrives, in
  /// axis lengths.
  private(set) var touched: [Double]
  private(set) var closing: [Double]

  init(thresholds: Int) {
    touched = [Double](repeating: 0, count: thresholds)
    closing = touched
  }

  /// Those of `parts` together.
  init(joining parts: [CapRangeSums]) {
    self = parts[0]
    for part in parts.dropFirst() {
      turns += part.turns
      (hasFirst, hasLast) = (hasFirst || part.hasFirst, hasLast || part.hasLast)
      for threshold in touched.indices {
        touched[threshold] += part.touched[threshold]
        closing[threshold] += part.closing[threshold]
      }
    }
  }

  /// Counts a turn.
  mutating func count(isFirst: Bool, isLast: Bool) {
    turns += 1
    (hasFirst, hasLast) = (hasFirst || isFirst, hasLast || isLast)
  }

  /// Adds what a threshold does to it: the share of tokens touched, and their mean movement if all arrives.
  mutating func add(_ threshold: Int, share: Double, movement: Double, isFirst: Bool, isLast: Bool) {
    touched[threshold] += share
    if isFirst { closing[threshold] += movement }
    if isLast { closing[threshold] -= movement }
  }

  /// The conversation under a threshold; `fallBefore` is its fall at the last layer, nil if it has none.
  func conversation(_ threshold: Int, fallBefore: Double?, isBenign: Bool) -> CapRangeEffect.Conversation {
    CapRangeEffect.Conversation(
      turns: turns, touched: touched[threshold],
      falls: hasFirst && hasLast ? fallBefore.map { ($0, $0 + closing[threshold]) } : nil, isBenign: isBenign)
  }
}

/// Takes turns through the layers of ranges.
struct CapRangeWalk {
  let ranges: CapRanges
  /// The thresholds of each layer, and what turns a movement there into axis lengths: 1 / |axis|.
  let thresholds: [[CapThreshold]]
  let scales: [Double]
  private(set) var sums: [CapRangeSums]
  /// Of each token what it lacks to the floors so far, in axis lengths; not above 0 where it lacks nothing.
  private var lacks: [Double] = []

  init(_ ranges: CapRanges, thresholds: [[CapThreshold]], scales: [Double]) {
    (self.ranges, self.thresholds, self.scales) = (ranges, thresholds, scales)
    sums = ranges.all.map { _ in CapRangeSums(thresholds: thresholds.first?.count ?? 0) }
  }

  /// Adds a turn, of which `tokens` are its tokens in each layer, nil where it was left out.
  mutating func add(_ tokens: [TurnTokens?], isFirst: Bool, isLast: Bool) {
    guard !ranges.all.isEmpty else { return }
    // Most floors lie below every token of most turns.
    let least = tokens.map { $0?.least ?? .nan }
    for first in tokens.indices {
      let widest = ranges.widest(from: first)
      var last = first
      while last < tokens.count, last < first + widest, tokens[last] != nil { last += 1 }
      guard last > first + 1 else { continue }
      for width in 2...(last - first) {
        if let place = ranges.place(first..<first + width) { sums[place].count(isFirst: isFirst, isLast: isLast) }
      }
      for threshold in thresholds[first].indices {
        walk(tokens, first..<last, threshold, least, isFirst: isFirst, isLast: isLast)
      }
    }
  }

  private mutating func walk(
    _ tokens: [TurnTokens?], _ layers: Range<Int>, _ threshold: Int, _ least: [Double], isFirst: Bool, isLast: Bool
  ) {
    var isTouched = false
    for layer in layers {
      let tau = thresholds[layer][threshold].tau
      if least[layer] < tau, let own = tokens[layer]?.projections {
        lack(own, tau, scales[layer], isNew: !isTouched)
        isTouched = true
      }
      guard isTouched, layer > layers.lowerBound, let place = ranges.place(layers.lowerBound..<layer + 1) else {
        continue
      }
      var (count, total) = (0, 0.0)
      for lack in lacks where lack > 0 {
        count += 1
        total += lack
      }
      let all = Double(lacks.count)
      sums[place].add(
        threshold, share: Double(count) / all, movement: total / all, isFirst: isFirst, isLast: isLast)
    }
  }

  /// Takes the tokens of a layer into what they lack.
  private mutating func lack(_ projections: [Double], _ tau: Double, _ scale: Double, isNew: Bool) {
    if isNew {
      lacks = projections.map { (tau - $0) * scale }
    } else {
      var known = lacks.mutableSpan
      let found = projections.span
      for token in 0..<known.count {
        let own = (tau - found[token]) * scale
        if own > known[token] { known[token] = own }
      }
    }
  }
}
