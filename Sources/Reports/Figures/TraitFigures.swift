extension ReportData {
  /// The cosines of traits with the axis and the components.
  func traitMap() -> Figure? {
    let names = Self.distinct(layers.flatMap { (traits[$0] ?? []).map(\.name) })
    let targets = Array(Self.distinct(layers.flatMap { (traits[$0] ?? []).map(\.target) }).prefix(8))
    guard !names.isEmpty, !targets.isEmpty else { return nil }
    let most = 30
    let values = layers.flatMap { (traits[$0] ?? []).map(\.cosine) }
    let size = HeatMap(rows: Array(names.prefix(most)), columns: targets, values: values)
    return Figure(
      id: "traits", title: "Traits along axis and components",
      caption:
        "The cosine of each trait vector, less the mean trait, with each direction: blue positive, orange negative. A point: "
        + "further from 0 than random directions, with q below 0.05."
        + (names.count > most ? " Shown are the \(most) with the largest cosines with \(targets[0])." : ""),
      height: size.height, cell: size.cell, layers: layers, shown: shown
    ) { layer in
      guard let found = traits[layer], !found.isEmpty else { return nil }
      return Self.traitFrame(found, names: names, targets: targets, most: most, values: values)
    }
  }

  private static func traitFrame(
    _ found: [Trait], names: [String], targets: [String], most: Int, values: [Double]
  ) -> Figure.Frame {
    var cells: [String: Int] = [:]
    for (index, trait) in found.enumerated() { cells["\(trait.name)\u{0}\(trait.target)"] = index }
    func cell(_ name: String, _ target: String) -> Int? { cells["\(name)\u{0}\(target)"] }
    func cosine(_ name: String) -> Double { cell(name, targets[0]).map { found[$0].cosine } ?? 0 }
    let kept = names.count > most ? Array(names.sorted { abs(cosine($0)) > abs(cosine($1)) }.prefix(most)) : names
    let rows = kept.sorted { (cosine($0), $1) > (cosine($1), $0) }
    let map = HeatMap(rows: rows, columns: targets, values: values)
    var (over, marks) = (Markup(), [Figure.Mark]())
    for (column, target) in targets.enumerated() {
      for (row, name) in rows.enumerated() {
        guard let index = cell(name, target), found[index].cosine.isFinite else { continue }
        let (x, y) = map.middle(row, column)
        marks.append(.init(x, y, map.kind(found[index].cosine), row: index))
        if found[index].q < 0.05 {
          over.append(.element("circle", ["class": "told", "cx": coordinate(x), "cy": coordinate(y), "r": "2.5"]))
        }
      }
    }
    let table = FigureTable(
      [
        .init("trait", "trait"), .init("direction", "target"), .init("cosine", "centred_cosine"),
        .init("q", "q", decimals: 3),
      ],
      found.map { [.text($0.name), .text($0.target), .number($0.cosine), .number($0.q)] })
    return Figure.Frame(under: map.frame, marks: marks, over: over, table: table)
  }

  /// The most roles of a map of roles and traits, beside the default.
  private static var mostRoles: Int { 30 }

  /// Where the roles that say most of the traits lie along them.
  package func roleTraitMap() -> Figure? {
    guard let layer = roleTraits.layers.isEmpty ? nil : nearest(roleTraits.layers.keys),
      let all = roleTraits.layers[layer], !all.isEmpty, !roleTraits.names.isEmpty
    else { return nil }
    let columns = traitOrder(all)
    let names = columns.map { roleTraits.names[$0] }
    let rows = tellingRoles(all, layer)
    let values = roleTraits.layers.values.flatMap { found in
      rows.flatMap { $0 < found.count ? found[$0].cosines : [] }
    }
    let map = HeatMap(rows: rows.map { all[$0].role }, columns: names, values: values)
    let isWhole = rows.count == all.count
    let count = all.count { $0.role != assistant }
    return Figure(
      id: "role-traits", title: "Roles along traits",
      caption:
        "The cosine of each role, less the mean role, with each trait vector, less the mean trait: blue positive, orange negative, "
        + "grey next to nothing. Roles stand as they lie along the axis, the most Assistant-like first; traits as the default has them."
        + (isWhole
          ? ""
          : " Shown are the default and the \(Self.mostRoles) of \(count) roles with the largest sum of squared cosines at layer "
            + "\(layer); the numbers have all roles.")
        + (names.count < roleTraits.count
          ? " Of \(roleTraits.count) traits these are the \(names.count) along which roles differ most; role_traits.csv has all."
          : ""),
      height: map.height, cell: map.cell, isGrid: true, layers: roleTraits.layers.keys.sorted(), shown: shown
    ) { layer in
      guard let found = roleTraits.layers[layer], found.map(\.role) == all.map(\.role) else { return nil }
      return Self.frame(found, map, rows: rows, columns: columns, names: names)
    }
  }

  private static func frame(
    _ found: [RoleAlongTraits], _ map: HeatMap, rows: [Int], columns: [Int], names: [String]
  ) -> Figure.Frame {
    var marks: [Figure.Mark] = []
    for (place, row) in rows.enumerated() {
      for (column, trait) in columns.enumerated() where found[row].cosines[trait].isFinite {
        let (x, y) = map.middle(place, column)
        marks.append(.init(x, y, map.kind(found[row].cosines[trait]), row: row * columns.count + column))
      }
    }
    let table = FigureTable(
      [.init("role", "role")] + names.map { .init($0, "cos_\($0)") },
      found.map { role in [.text(role.role)] + columns.map { .number(role.cosines[$0]) } })
    return Figure.Frame(under: map.frame, marks: marks, table: table)
  }

  /// The traits from those toward the default to those away from it; as they are without a default.
  private func traitOrder(_ all: [RoleAlongTraits]) -> [Int] {
    let places = roleTraits.names.indices
    guard let own = all.first(where: { $0.role == assistant })?.cosines else { return Array(places) }
    return places.sorted { a, b in
      (own[a].isFinite ? own[a] : -2, b) > (own[b].isFinite ? own[b] : -2, a)
    }
  }

  /// The default and the roles whose cosines with traits are largest, as they lie along the axis, the highest first.
  private func tellingRoles(_ all: [RoleAlongTraits], _ layer: Int) -> [Int] {
    func size(_ index: Int) -> Double { all[index].cosines.reduce(0) { $1.isFinite ? $0 + $1 * $1 : $0 } }
    let sizes = all.indices.map(size)
    let others = all.indices.filter { all[$0].role != assistant }
      .sorted { (sizes[$0], $1) > (sizes[$1], $0) }.prefix(Self.mostRoles)
    let kept = all.indices.filter { all[$0].role == assistant } + others
    var positions: [String: Double] = [:]
    for role in roles[layer] ?? [] { positions[role.name] = role.position.value }
    func position(_ index: Int) -> Double {
      let value = positions[all[index].role] ?? .nan
      return all[index].role == assistant ? .infinity : value.isFinite ? value : -.infinity
    }
    return kept.sorted { (position($0), $1) > (position($1), $0) }
  }
}
