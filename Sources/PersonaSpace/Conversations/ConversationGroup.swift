internal import Statistics

/// Conversations of one domain under one condition in one layer, and which of them are regenerations of one another.
public struct ConversationGroup: Sendable {
  /// The conversations; not empty.
  public let tracks: [ConversationTrack]
  /// The cluster of each conversation, from 0: what is drawn as a whole when conversations are resampled.
  public let clusters: [Int]
  /// The number of clusters.
  public let clusterCount: Int

  /// The conversations `tracks`, of which those of one name are one cluster.
  ///
  /// - Precondition: a name for each, and at least one.
  public init(_ tracks: [ConversationTrack], names: [[String]]) {
    precondition(!tracks.isEmpty && tracks.count == names.count, "no conversation, or not a name for each")
    self.tracks = tracks
    (clusters, clusterCount) = Self.clusters(of: names)
  }

  /// Numbers from 0 for `names`, in order of first appearance, the same for equal ones, and how many there are.
  static func clusters(of names: [[String]]) -> (clusters: [Int], count: Int) {
    var numbers: [[String]: Int] = [:]
    var clusters: [Int] = []
    for name in names {
      let number = numbers[name] ?? numbers.count
      numbers[name] = number
      clusters.append(number)
    }
    return (clusters, numbers.count)
  }

  /// The bootstrap over its clusters.
  func resampled(_ replicates: Int, seed: UInt64) -> ResampledSums {
    ResampledSums(clusters: clusters, count: clusterCount, replicates: replicates, seed: seed)
  }
}
