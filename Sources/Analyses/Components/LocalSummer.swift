internal import Dumps
internal import Files
internal import LinearAlgebra
internal import Synchronization

/// Sums over all shards by this process, with checkpoints.
struct LocalSummer: ShardSummer {
  /// Where checkpoints are kept; nil for none.
  let checkpoints: Checkpoints?
  /// Tells when the next one is due.
  let clock: CheckpointClock
  let log: RunLog

  func total(_ pass: ShardPass, key: String) async throws -> ShardSums {
    let tree = try await sum(Array(0..<pass.plan.count), pass, key: key)
    guard let root = tree.root else { preconditionFailure("a sum over all shards has a root") }
    return root
  }

  /// Sums over those of `shards` that no checkpoint has.
  func sum(_ shards: [Int], _ pass: ShardPass, key: String) async throws -> ReductionTree {
    let count = pass.plan.count
    var tree =
      checkpoints?.tree(key, of: shards, shards: count, lengths: pass.lengths) ?? ReductionTree(shards: count)
    let done = Set(tree.summed)
    if !done.isEmpty {
      log.note("\(key): goes on from an earlier run, \(done.count) of \(pass.plan.count) shards are summed")
    }
    pass.progress(done.reduce(0) { $0 + pass.plan.rows(of: $1).count })
    try await pass.run(shards.filter { !done.contains($0) }) { shard, sums in
      tree.insert(sums, shard: shard)
      if let checkpoints, clock.isDue() { try checkpoints.save(tree, key) }
    }
    return tree
  }
}

/// When a checkpoint is due: so many seconds after the last one, whatever was done in between.
final class CheckpointClock: Sendable {
  private let seconds: Double
  private let last = Mutex(ContinuousClock().now)

  init(seconds: Double) { self.seconds = seconds }

  /// Whether one is due; if so, the next one is due after as long again.
  func isDue() -> Bool {
    last.withLock { last in
      let now = ContinuousClock().now
      if now - last < .seconds(seconds) { return false }
      last = now
      return true
    }
  }
}
