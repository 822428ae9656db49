public import Statistics

/// What floors in several neighbouring layers do together, as far as a dump of the model without them tells.
///
/// What a floor in one layer does there is known, token by token; what arrives of it behind the next block, and what other tokens read of
/// it, is not. So each layer's floor is held against the dump as it is: a token is touched if it lies below the floor of any of the layers,
/// and each floor takes a share of the fall in its own layer. The fall at the last layer has two ends: nothing arrives of what the floors
/// before it moved (that layer's floor alone), or all of it, in axis lengths.
public struct CapRangeEffect: Sendable, Equatable {
  /// A conversation under the floors of a range.
  public struct Conversation: Sendable {
    /// The number of its turns that every layer of the range has.
    public let turns: Int
    /// The sum over them of the share of tokens below a floor.
    public let touched: Double
    /// The falls at the last layer, before, and after if all that the floors move arrives there; nil where an end is missing in a layer.
    public let falls: (before: Double, arriving: Double)?
    /// Whether capping should leave it alone.
    public let isBenign: Bool

    /// A conversation of which these are known.
    public init(turns: Int, touched: Double, falls: (before: Double, arriving: Double)?, isBenign: Bool) {
      (self.turns, self.touched, self.falls, self.isBenign) = (turns, touched, falls, isBenign)
    }
  }

  /// Layers that follow one another, by their places, and what their floors do to each conversation.
  public struct Range: Sendable {
    /// The places of the layers.
    public let layers: Swift.Range<Int>
    /// The conversations.
    public let conversations: [Conversation]

    /// The range of these layers.
    public init(_ layers: Swift.Range<Int>, _ conversations: [Conversation]) {
      (self.layers, self.conversations) = (layers, conversations)
    }
  }

  /// The number of turns that every layer has.
  public let turns: Int
  /// The mean over turns of the share of tokens below the floor of one of the layers or another; NaN without a turn.
  public let touchedShare: Double
  /// The mean over the layers of the share of its fall that each layer's floor takes away there; NaN unless there is a fall at each.
  public let reduction: Estimate
  /// The least of these shares.
  public let leastReduction: Double
  /// The share of the fall at the last layer that the floors take away if all that they move arrives there.
  public let arrivingReduction: Estimate
  /// The mean over the turns of benign conversations of the share of tokens below a floor; NaN if there are none.
  public let benignShare: Estimate

  /// Of floors at one percentile in `layers`, of each of which every conversation has what is known of it under that layer's floor alone,
  /// and of the `ranges` of these layers; all have the same conversations in one order, of which those of one name are drawn together.
  ///
  /// - Throws: `LinearAlgebraError.noWorkspace`.
  public static func effects(
    _ layers: [[CapEffect.Conversation]], _ ranges: [Range], names: [[String]], replicates: Int, seed: UInt64
  ) throws -> [CapRangeEffect] {
    let (clusters, count) = ConversationGroup.clusters(of: names)
    let sums = ResampledSums(clusters: clusters, count: count, replicates: replicates, seed: seed)
    let before = layers.map { $0.map { $0.falls?.before ?? .nan } }
    let falls = try sums.means(of: before)
    let drawn = try sums.samples(
      of: zip(layers, before).flatMap { layer, before in
        [before.map { $0.isNaN ? 0 : $0 }, layer.map { $0.falls?.after ?? 0 }]
      })
    let own = zip(layers, zip(falls, before)).enumerated().map { place, layer in
      LayerFall(
        layer.0, mean: layer.1.0, clusters: sums.clusters(with: layer.1.1), drawn, at: (2 * place, 2 * place + 1))
    }
    let hasBenign = ranges.contains { $0.conversations.contains(where: \.isBenign) }
    let ofRanges = try sums.samples(of: ranges.flatMap { columns($0.conversations, hasBenign: hasBenign) })
    return ranges.enumerated().map { place, range in
      CapRangeEffect(range.conversations, own[range.layers], sums, ofRanges, from: (hasBenign ? 4 : 2) * place)
    }
  }

  /// What one layer's floor does to the fall there.
  private struct LayerFall {
    /// The share of the fall that it takes away; NaN unless there is a fall.
    let reduction: Double
    /// The same of each sample.
    let replicates: [Double]
    /// Whether samples tell the fall from 0.
    let isTold: Bool
    /// The conversations, regenerations counted as one, that have a fall.
    let clusters: Int

    init(
      _ conversations: [CapEffect.Conversation], mean: Estimate, clusters: Int, _ drawn: [[Double]],
      at columns: (Int, Int)
    ) {
      let falls = conversations.compactMap(\.falls)
      reduction = share(falls.reduce(0) { $0 + $1.before }, falls.reduce(0) { $0 + $1.after })
      replicates = zip(drawn[columns.0], drawn[columns.1]).map { share($0, $1) }
      (isTold, self.clusters) = (mean.interval?.isPositive ?? false, clusters)
    }
  }

  /// The columns of sums that a range takes: two, and two of what is benign where there is any.
  private static func columns(_ conversations: [Conversation], hasBenign: Bool) -> [[Double]] {
    let falls = [conversations.map { $0.falls?.before ?? 0 }, conversations.map { $0.falls?.arriving ?? 0 }]
    return hasBenign
      ? falls + [
        conversations.map { $0.isBenign ? $0.touched : 0 }, conversations.map { $0.isBenign ? Double($0.turns) : 0 },
      ] : falls
  }

  private init(
    _ conversations: [Conversation], _ layers: ArraySlice<LayerFall>, _ sums: ResampledSums, _ drawn: [[Double]],
    from first: Int
  ) {
    turns = conversations.reduce(0) { $0 + $1.turns }
    touchedShare = conversations.reduce(0) { $0 + $1.touched } / Double(turns)
    let isTold = layers.allSatisfy(\.isTold)
    let least = layers.map(\.reduction).reduce(.infinity) { $0.isNaN || $1.isNaN ? .nan : min($0, $1) }
    leastReduction = least
    func means() -> [Double] {
      var sums = [Double](repeating: 0, count: layers.first?.replicates.count ?? 0)
      for layer in layers { for (row, value) in layer.replicates.enumerated() { sums[row] += value } }
      return sums.map { $0 / Double(layers.count) }
    }
    let clusters = layers.map(\.clusters).min() ?? 0
    reduction = Estimate(
      mean(of: layers.map(\.reduction)),
      isTold && !least.isNaN ? Interval(percentilesOf: means(), clusters: clusters) : nil)
    let falls = conversations.compactMap(\.falls)
    let arriving = share(falls.reduce(0) { $0 + $1.before }, falls.reduce(0) { $0 + $1.arriving })
    arrivingReduction = Estimate(
      arriving,
      arriving.isNaN || !(layers.last?.isTold ?? false)
        ? nil
        : Interval(
          percentilesOf: zip(drawn[first], drawn[first + 1]).map { share($0, $1) },
          clusters: sums.clusters(with: conversations.map { $0.falls == nil ? .nan : 1 })))
    benignShare = CapEffect.share(
      conversations.map { $0.isBenign ? $0.touched : 0 }, of: conversations.map { $0.isBenign ? Double($0.turns) : 0 },
      sums, drawn, at: (first + 2, first + 3))
  }
}

/// 1 − after / before, of sums of falls; NaN unless there is a fall.
private func share(_ before: Double, _ after: Double) -> Double { before > 0 ? 1 - after / before : .nan }
