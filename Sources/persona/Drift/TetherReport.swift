internal import Analyses
internal import PersonaSpace
internal import Statistics

/// The tether of each domain, condition and persona in one layer, and in words why there is none.
struct TetherReport {
  let text: String

  init(_ drift: DriftResult, layer: Int) {
    let groups = drift.allGroups(layer: layer)
    func table(_ model: TetherChoice.Model, _ heads: [String], _ cells: (DriftResult.Group) -> [String]) -> [String] {
      let own = groups.filter { $0.tether?.model == model }
      return own.isEmpty
        ? [] : [namedTable(own, model.words, ["nats", "95 %"] + heads) { Self.advantage($0.tether) + cells($0) }]
    }
    let states = table(.twoStates, ["leave", "95 %", "come back", "95 %"]) {
      Self.cells($0.tether?.states?.leave) + Self.cells($0.tether?.states?.comeBack)
    }
    let walks = table(.walk, ["rate", "95 %", "rests at", "95 %"]) {
      Self.cells($0.tether?.walk?.reversionRate) + Self.cells($0.tether?.walk?.restingPoint)
    }
    var lines = [
      "Tether at layer \(layer): two states or a walk, whichever predicts held-out turns better (nats a turn)"
    ]
    lines += states + walks
    if !states.isEmpty {
      lines.append("  leave, come back: the share of turns at home, or away, of which the next is not")
    }
    if !walks.isEmpty { lines.append("  rate: the share of the gap to where it rests that a turn closes") }
    lines += Self.remarks(groups).map { wrapped($0, indent: 2) }
    text = lines.joined(separator: "\n")
  }

  private static func advantage(_ tether: GroupTether?) -> [String] { cells(tether?.advantage) }

  private static func cells(_ estimate: Estimate?) -> [String] {
    [fixed(estimate?.value, 2), range(estimate?.interval, 2)]
  }

  /// What is to be said of groups, each with the names of those it is said of.
  private static func remarks(_ groups: [DriftResult.Group]) -> [String] {
    var (order, names) = ([String](), [String: [String]]())
    for group in groups {
      let reasons = group.tetherReasons.joined(separator: "; ")
      if reasons.isEmpty { continue }
      let remark = (group.tether?.model == .neither ? "neither: " : "") + reasons
      if names[remark] == nil { order.append(remark) }
      names[remark, default: []].append(groupName(group))
    }
    return order.map { remark in
      let own = names[remark] ?? []
      let more = own.count > 6 ? " and \(own.count - 6) more" : ""
      return own.prefix(6).joined(separator: "; ") + more + ": " + remark
    }
  }
}
