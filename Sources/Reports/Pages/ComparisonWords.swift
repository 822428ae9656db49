extension ReportData {
  /// The layer of the first space at which spaces are shown beside each other: the one whose roles are followed, where they are.
  var comparedLayer: Int {
    let all = Set(comparison.map(\.layerA))
    return movements.first.map(\.layerA).flatMap { all.contains($0) ? $0 : nil } ?? nearest(all)
  }

  /// Whether the spaces agree in where their roles lie, and which roles moved.
  var comparisonWords: String {
    let positions = comparison.filter { $0.layerA == comparedLayer && $0.name == "position_spearman" }
    var sentences = positions.prefix(Self.mostPairs).map { measure -> String in
      let (pair, value) = ("\(measure.a) and \(measure.b)", measure.value.words(2))
      let chance = measure.null.map { "; of roles paired at random 95 % stay within \(decimal($0, 2))" } ?? ""
      return measure.isTold
        ? "Roles of \(pair) lie alike along their axes: rank correlation \(value)\(chance)"
        : "That roles of \(pair) lie alike along their axes cannot be claimed: rank correlation \(value)\(chance)"
    }
    if sentences.isEmpty { sentences.append("Of where the roles lie along the axes nothing is compared") }
    sentences += movements.prefix(Self.mostPairs).map(Self.words)
    if movements.contains(where: { $0.movers.contains { $0.hasMoved != nil } }) {
      sentences.append(
        "The error is that of other questions to the same prompts: prompts in other words move roles too")
    }
    let more = comparedPairs.count - Self.mostPairs
    if more > 0 { sentences.append("There are \(counted(more, "more pair")), which only the tables have") }
    return sentences.joined(separator: ". ") + "."
  }

  /// Which roles moved from one space to the other.
  private static func words(_ movement: Movement) -> String {
    let told = movement.movers.filter { $0.hasMoved != nil }
    guard !told.isEmpty else {
      return "Whether a role moved from \(movement.pair.a) to \(movement.pair.b) is not tested"
        + (movement.note.isEmpty ? "" : ": \(movement.note)")
    }
    let moved = told.filter { $0.hasMoved == true }
      .sorted { (abs($0.change.value), $1.role) > (abs($1.change.value), $0.role) }
    guard !moved.isEmpty else {
      return "None of \(counted(told.count, "role")) moved farther than measurement alone makes a role"
    }
    return "\(moved.count) of \(counted(told.count, "role")) moved farther than measurement alone makes a role: "
      + listed(moved.map { "\($0.role) \($0.change.words(2))" })
  }
}

extension ReportData.Measure {
  /// Whether its whole interval, on either side, is beyond what chance gives.
  var isTold: Bool {
    guard let null else { return false }
    return (value.low ?? value.value) > null || (value.high ?? value.value) < -null
  }
}
