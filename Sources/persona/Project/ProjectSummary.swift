internal import Analyses

/// What `project --json` prints.
struct ProjectSummary: Encodable {
  let conversations, turns, userTurns: Int
  let layers: [Int]

  init(_ result: ProjectResult) {
    (conversations, turns, userTurns) = (result.conversations, result.turns, result.userTurns)
    layers = result.layers
  }
}
