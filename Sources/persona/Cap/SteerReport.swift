internal import Analyses
internal import PersonaSpace
internal import Statistics

/// What `cap --steer` and `cap --remove` print, in place of a sweep of floors.
struct SteerReport {
  let text: String

  init(_ result: CapResult, _ shown: ShownLayer) {
    let own = result.caps.filter { $0.layer == shown.number }
    let kinds = Set(own.map(\.granularity))
    var table = TextTable([
      "", "alpha", "of", "turns", "moved by", "perturbation", "fall", "after",
    ])
    for cap in own {
      let effect = cap.effect
      table.append([
        cap.intervention == .removal ? "removal" : "offset", fixed(cap.intervention.alpha, 3), cap.granularity.rawValue,
        "\(effect.turns)", fixed(effect.meanPullback, 3), percent(effect.perturbation),
        fixed(effect.fallBefore.value, 2),
        fixed(effect.fallAfter, 2),
      ])
    }
    let title =
      "Steering at \(shown.words), simulated there alone: "
      + (own.contains { $0.intervention == .removal }
        ? "the projection on the axis is taken out of every token"
        : "alpha times the unit axis is added to every token, positive toward the Assistant")
    let legend =
      "(moved by: the mean over turns, in axis-projection units; perturbation: the mean of |h' - h| / |h|; fall: first to last turn, in axis position, which an offset leaves as it is. At its own layer this is arithmetic; what later layers make of it, and what the model would say, takes the model: export --to gguf)"
    var lines = [wrapped(title, indent: 0), table.text(), wrapped(legend, indent: 2)]
    if kinds.contains(.turn) {
      lines.append(
        wrapped("(of turns known by their means the perturbation is that of the mean)", indent: 2))
    }
    text = lines.joined(separator: "\n")
  }
}
