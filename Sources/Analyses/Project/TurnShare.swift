internal import Dumps
internal import Files

/// The turns of one speaker of a conversation that one task reads.
struct TurnShare: Sendable {
  /// The place of the conversation among the sources.
  let number: Int
  let source: TurnSource
  let speaker: Speaker
  /// Nil for all of the file's.
  let turns: Range<Int>?

  /// A file larger than this is shared out among tasks, in parts of about as much.
  private static let shareBytes = 1 << 25

  /// Divides a conversation by what its files hold alone, so that the numbers do not depend on the number of tasks.
  static func shares(
    _ number: Int, _ source: TurnSource, _ plan: TurnPlan, includesUsers: Bool
  ) throws -> [TurnShare] {
    let whole = TurnShare(number: number, source: source, speaker: .assistant, turns: nil)
    if source.isVectorPerFile { return [whole] }
    let users = includesUsers ? [TurnShare(number: number, source: source, speaker: .user, turns: nil)] : []
    guard try fileIdentity(source.paths[0]).size > shareBytes else { return [whole] + users }
    let reader = try TurnReader(source, space: plan.space, options: plan.options)
    var (shares, start, bytes) = ([TurnShare](), 0, 0)
    for turn in 0..<reader.turnCount {
      bytes += reader.byteCount(ofTurn: turn)
      if bytes >= shareBytes || turn == reader.turnCount - 1 {
        shares.append(TurnShare(number: number, source: source, speaker: .assistant, turns: start..<turn + 1))
        (start, bytes) = (turn + 1, 0)
      }
    }
    return shares + users
  }

  /// A reader of its file; nil for users' turns that are not known.
  func reader(_ plan: TurnPlan) throws -> TurnReader? {
    speaker == .assistant
      ? try TurnReader(source, space: plan.space, options: plan.options)
      : try TurnReader.users(source, space: plan.space, options: plan.options)
  }
}
