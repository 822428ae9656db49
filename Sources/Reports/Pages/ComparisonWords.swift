extension ReportData {
  /// The layer of the first space at which spaces are shown beside each other.
  var comparedLayer: Int { nearest(Set(comparison.map(\.layerA))) }

  /// Whether the spaces agree in where their roles lie.
  var comparisonWords: String {
    let positions = comparison.filter { $0.layerA == comparedLayer && $0.name == "position_spearman" }
    let sentences = positions.prefix(3).map { measure -> String in
      let (pair, value) = ("\(measure.a) and \(measure.b)", measure.value.words(2))
      let chance = measure.null.map { "; of roles paired at random 95 % stay within \(decimal($0, 2))" } ?? ""
      return measure.isTold
        ? "Roles of \(pair) lie alike along their axes: rank correlation \(value)\(chance)"
        : "That roles of \(pair) lie alike along their axes cannot be claimed: rank correlation \(value)\(chance)"
    }
    let more = positions.count > 3 ? " There are \(positions.count - 3) more pairs." : ""
    if sentences.isEmpty { return "Of where the roles lie along the axes nothing is compared." }
    return sentences.joined(separator: ". ") + "." + more
  }
}

extension ReportData.Measure {
  /// Whether its whole interval, on either side, is beyond what chance gives.
  var isTold: Bool {
    guard let null else { return false }
    return (value.low ?? value.value) > null || (value.high ?? value.value) < -null
  }
}
