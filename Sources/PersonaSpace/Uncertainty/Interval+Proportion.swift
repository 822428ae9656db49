internal import Glibc
internal import Statistics

extension Interval {
  /// The interval of a rate, `events` of `count`, from bootstrap replicates of both: symmetric about the empirical logit
  /// ln((events + ½) / (count − events + ½)) (Haldane, Annals of Human Genetics 20, 1956), which samples without an event have too. If
  /// events are few, or their complement, it is joined with the exact interval: samples of what hardly happened hardly vary.
  ///
  /// Nil as `init(joinedAbout:)`.
  init?(
    rateOf events: Double, in count: Double, replicates: [(events: Double, count: Double)], clusters: Int
  ) {
    func logit(_ events: Double, _ count: Double) -> Double {
      log((events + 0.5) / (max(count - events, 0) + 0.5))
    }
    let drawn = replicates.map { logit($0.events, $0.count) }
    guard let reached = Interval(symmetricAbout: logit(events, count), of: drawn, on: .plain, clusters: clusters) else {
      return nil
    }
    func rate(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }
    let found = Interval(low: rate(reached.low), high: rate(reached.high))
    guard min(events, count - events) < Self.fewEvents else {
      self = found
      return
    }
    let exact = Interval(eventsSeen: events, of: count)
    self.init(low: min(found.low, exact.low), high: max(found.high, exact.high))
  }

  /// The exact interval of a proportion of which `events` of `count` were seen (Clopper & Pearson, Biometrika 26, 1934), with
  /// numbers that need not be whole.
  init(eventsSeen events: Double, of count: Double) {
    let others = max(count - events, 0)
    func share(_ probability: Double, _ a: Double, _ b: Double) -> Double {
      // I_x(a, b) rises with x.
      var (low, high) = (0.0, 1.0)
      for _ in 0..<50 {
        let middle = (low + high) / 2
        if regularizedIncompleteBeta(middle, a, b) < probability { low = middle } else { high = middle }
      }
      return (low + high) / 2
    }
    // Less than a thousandth of an event is none.
    self.init(
      low: events < 1e-3 ? 0 : share(0.025, events, others + 1),
      high: others < 1e-3 ? 1 : share(0.975, events + 1, others))
  }

  /// This interval of a mean over `count` conversations that has `value`, all of it from `seen` of them; joined with what the exact
  /// interval of `seen` of `count` makes of it where they are few: samples of what hardly happened hardly vary. Nil where none has any
  /// of it: how much one would have is not known.
  func holding(_ value: Double, seenIn seen: Int, of count: Int) -> Interval? {
    guard seen > 0 else { return nil }
    guard Double(seen) < Self.fewEvents, seen < count else { return self }
    let (exact, share) = (Interval(eventsSeen: Double(seen), of: Double(count)), Double(seen) / Double(count))
    let ends = [value * exact.low / share, value * exact.high / share]
    return Interval(low: min(low, ends[0], ends[1]), high: max(high, ends[0], ends[1]))
  }

  /// Fewer events than this, and samples of them vary too little.
  private static let fewEvents = 5.0
}
