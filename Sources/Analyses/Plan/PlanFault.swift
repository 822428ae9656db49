public import Files

/// Why nothing can be planned.
public enum PlanFault: FileFault, Equatable {
  /// The dump has neither turns nor responses.
  case nothing(found: [String], path: String)
  /// The dump has turns alone, and no space to read them in.
  case noSpace(path: String)
  /// There is a single conversation.
  case oneConversation(String)
  /// No conversation has a second turn.
  case oneTurn
  /// Fewer conversations than can be planned by, in every group.
  case tooFew(most: Int, needed: Int)
  /// No conversation changes by another amount than the others.
  case noChange(layer: Int)
  /// The table has no such layer.
  case noLayer(Int, present: [Int], path: String)

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .nothing(let found, let path):
      """
      no pilot here: turns/ or activations/ of a dump, or a turns.csv of persona project is wanted, there is \
      \(listed(found)). Dump answers with scripts/dump_activations.py, or name the table: \
      persona plan \(path)/turns.csv --drift 0.3
      """
    case .noSpace(let path):
      """
      turns without role vectors or responses, so that there is no axis to read them along; read them in a space of the same model: \
      persona project SPACE/space.safetensors \(path) -o OUT, then persona plan OUT/turns.csv --drift 0.3
      """
    case .oneConversation(let name):
      """
      a single conversation ('\(name)'): nothing tells how conversations differ. A pilot takes 6 or more conversations under one \
      domain, condition and persona; regenerations of one do not count for more
      """
    case .oneTurn:
      "no conversation has a first and a later turn, so that nothing changes; a pilot takes conversations of two turns or more"
    case .tooFew(let most, let needed):
      """
      \(most == 1 ? "one conversation" : "\(most) conversations") at most under one domain, condition and persona; a pilot takes \
      \(needed): of fewer the variance could be more than six times what is found. Regenerations (sample) of one conversation do not \
      count for more
      """
    case .noChange(let layer):
      """
      every conversation changes by the same amount at layer \(layer), so that there is no variance to plan by; look at the turns (are \
      they copies?), or take another --layer
      """
    case .noLayer(let layer, let present, let path):
      "there is no layer \(layer); type persona plan \(path) with --layer \(listed(present.map(String.init), most: 12))"
    }
  }
}
