internal import PersonaSpace
internal import Statistics

extension AxisVerdict.Evidence {
  /// The numbers, and what they fall short of, in one line.
  var words: String {
    let range =
      interval.map { " (95 % interval \(threeDecimals($0.low)) to \(threeDecimals($0.high)))" } ?? " (no interval)"
    let components = components.map { "\($0) component\($0 == 1 ? "" : "s") above chance; " } ?? ""
    let numbers = """
      cos(axis, PC1) \(threeDecimals(cosine))\(range) against \(threeDecimals(null)) for a random direction; \
      default at \(threeDecimals(relative)) of the range of PC1; \(components)\(roles) roles
      """
    return numbers + (shortfalls.isEmpty ? "" : " (\(shortfalls.map(\.words).joined(separator: "; ")))")
  }
}

extension AxisVerdict.Evidence {
  /// What the massive dimensions do to the verdict, in a clause; nil where there are none, or it was not tried.
  var massiveWords: String? {
    guard let other = withoutMassive, let massiveCarries else { return nil }
    let count = "\(other.dropped) massive dimension\(other.dropped == 1 ? "" : "s")"
    let verdict =
      massiveCarries
      ? "the verdict rests on \(other.dropped == 1 ? "it" : "them")"
      : "the verdict does not rest on \(other.dropped == 1 ? "it" : "them")"
    return
      "without \(count) cos(axis, PC1) is \(threeDecimals(other.cosine)), with \(threeDecimals(cosine)): \(verdict)"
  }
}

extension AxisVerdict.Remedy {
  /// What would decide, of `roles` roles and a cosine of `cosine`.
  func words(roles: Int, cosine: Double) -> String {
    switch self {
    case .roles(let needed):
      "\(needed - roles) more role\(needed - roles == 1 ? "" : "s"): at least \(needed) are needed"
    case .interval: "an interval of the cosine: --bootstrap 1000"
    case .clearerComponent:
      "a first component clearly above chance: more roles, or more responses behind each"
    case .narrowerInterval(let bound, let needed?):
      "an interval clear of \(threeDecimals(bound)): about \(needed) roles in place of \(roles), if the cosine stays at "
        + "\(threeDecimals(cosine)) and what else it rests on grows in proportion"
    case .narrowerInterval(let bound, nil):
      "no number of roles within reach: the cosine is at \(threeDecimals(bound)), the bound itself"
    }
  }
}

extension AxisVerdict.Shortfall {
  /// As a clause.
  var words: String {
    switch self {
    case .firstComponentWithinChance: "the first component is not clearly above chance"
    case .cosineWithinChance: "the cosine is within chance"
    case .intervalWithinChance: "the interval reaches down to chance"
    case .cosineBelow(let least): "the cosine is below \(threeDecimals(least))"
    case .intervalBelow(let least): "the interval reaches below \(threeDecimals(least))"
    case .defaultBelow(let least): "the default is not at \(threeDecimals(least)) or above"
    case .tooFewRoles(let least): "under \(least) roles are too few to tell"
    }
  }
}

extension LayerChoice {
  /// Why the layer is recommended, as a clause.
  var words: String {
    switch ground {
    case .onlyCandidate: "the one layer that is \(outcome.rawValue)"
    case .highestLowerEnd(let low):
      "the lower end of the interval of its cos(axis, PC1), \(threeDecimals(low)), is the highest of \(candidates) layers that are \(outcome.rawValue)"
    case .highestCosine(let cosine):
      "its cos(axis, PC1), \(threeDecimals(cosine)), is the highest of \(candidates) layers that are \(outcome.rawValue)"
    }
  }
}

/// `value` with three decimals; one that is not finite is undefined.
private func threeDecimals(_ value: Double) -> String {
  guard value.isFinite else { return "undefined" }
  let thousandths = Int((abs(value) * 1000).rounded())
  let decimals = String(thousandths % 1000)
  return (value < 0 && thousandths > 0 ? "-" : "") + "\(thousandths / 1000)."
    + String(repeating: "0", count: 3 - decimals.count) + decimals
}
