internal import Analyses
internal import PersonaSpace
internal import Statistics

/// The ends of the ranking of roles along the axis, as `fit` prints them.
enum RoleEnds {
  /// The roles at either end.
  private static let most = 5

  /// Of the layer at `index`; none without an axis.
  static func lines(_ fit: FitResult, _ index: Int) -> [String] {
    guard let assistant = fit.spaces[index].assistant, !assistant.ranks.isEmpty else { return [] }
    let order = fit.roles.indices.sorted { assistant.ranks[$0] < assistant.ranks[$1] }
    let count = min(most, (order.count + 1) / 2)
    let (near, far) = (order.prefix(count), order.suffix(order.count / 2 < count ? order.count / 2 : count).reversed())
    let bootstrap = fit.spaces[index].uncertainty?.bootstrap
    func cells(_ role: Int) -> [String] {
      // Intervals are about the corrected value where there is one.
      let position = bootstrap?.measured?.positions[role] ?? assistant.roles[role].position
      let interval = bootstrap?.positions[role].map { "\(fixed($0.low, 2)) to \(fixed($0.high, 2))" } ?? "–"
      return [shown(fit.roles[role], width: 24), fixed(position, 2), interval]
    }
    var table = TextTable(["nearest the default", "position", "95 %", "farthest from it", "position", "95 %"])
    for (row, role) in near.enumerated() {
      let other = row < far.count ? cells(Array(far)[row]) : ["", "", ""]
      table.append(cells(role) + other)
    }
    let measured = bootstrap?.measured == nil ? "" : ", without the error of measuring them"
    return ["", "Roles along the axis, layer \(fit.layers[index]) (mean role 0, default 1)\(measured)", table.text()]
  }
}
