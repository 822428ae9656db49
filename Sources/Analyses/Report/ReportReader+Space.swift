internal import Files
internal import Reports

extension ReportTable {
  /// The number in the column `name` with its interval.
  func estimated(_ name: String, _ row: Int, low: String? = nil, high: String? = nil) -> Estimated {
    Estimated(number(name, row), known(low ?? name + "_low", row), known(high ?? name + "_high", row))
  }

  /// The same; nil where the cell is empty.
  func estimate(_ name: String, _ row: Int) -> Estimated? {
    let found = estimated(name, row)
    return found.value.isNaN ? nil : found
  }
}

extension ReportReader {
  /// `layers.csv`, and of `nulls.csv` and `groups.csv` what qualifies its verdicts.
  mutating func readLayers() throws {
    guard
      let table = try input.table(
        "layers.csv",
        numbers: ["layer", "roles", "random_null_95", "components_above_chance"]
          + withEnds("cos_axis_pc1", "cos_axis_pc1_simultaneous", "pc1_variance_ratio"),
        texts: ["verdict", "recommended", "massive_carries"])
    else { return }
    for row in 0..<table.count {
      guard let layer = table.integer("layer", row) else { continue }
      let verdict = table.text("verdict", row)
      data.scan.append(
        .init(
          layer: layer, roles: table.integer("roles", row) ?? 0, cosine: table.estimated("cos_axis_pc1", row),
          randomNull: table.number("random_null_95", row), componentRatio: table.estimated("pc1_variance_ratio", row),
          aboveChance: table.integer("components_above_chance", row), verdict: verdict.isEmpty ? nil : verdict,
          isRecommended: table.text("recommended", row) == "yes",
          massiveCarries: table.text("massive_carries", row) == "yes"))
      let chosen = table.estimated(
        "cos_axis_pc1", row, low: "cos_axis_pc1_simultaneous_low", high: "cos_axis_pc1_simultaneous_high")
      if chosen.low != nil { data.scan[data.scan.count - 1].cosineOfChoice = chosen }
    }
    data.scan.sort { $0.layer < $1.layer }
    data.layers = data.scan.map(\.layer)
    let nulls = try input.table("nulls.csv", numbers: ["layer", "p"], texts: ["null"])
    for row in 0..<(nulls?.count ?? 0) where nulls?.text("null", row) == "other_role" {
      if let index = data.scan.firstIndex(where: { $0.layer == nulls?.integer("layer", row) }) {
        data.scan[index].otherRole = nulls?.known("p", row)
      }
    }
    try readCarryingGroups()
  }

  /// The groups of roles without which a verdict is another one: of each layer, and over all layers.
  private mutating func readCarryingGroups() throws {
    data.verdict = Self.overall(data.scan.compactMap(\.verdict))
    guard
      let table = try input.table(
        "groups.csv", numbers: ["layer", "roles", "mean_position"],
        texts: ["group", "verdict_without", "changes_verdict"])
    else { return }
    typealias Group = (name: String, roles: Int, verdict: String, position: Double)
    var byName: [String: [Group]] = [:]
    for row in 0..<table.count {
      let group = (
        table.text("group", row), table.integer("roles", row) ?? 0, table.text("verdict_without", row),
        table.number("mean_position", row)
      )
      // Of groups with too few roles left nothing is told.
      if !table.text("changes_verdict", row).isEmpty { byName[group.0, default: []].append(group) }
      guard table.text("changes_verdict", row) == "yes",
        let index = data.scan.firstIndex(where: { $0.layer == table.integer("layer", row) })
      else { continue }
      // Of several, the one nearest the default.
      if data.scan[index].changingGroup.map({ $0.position < group.3 }) ?? true {
        data.scan[index].changingGroup = group
      }
    }
    let changing = byName.values.filter { groups in
      groups.count == data.scan.count && Self.overall(groups.map(\.verdict)) != data.verdict
    }
    let means = changing.map { groups -> (group: Group, found: Int) in
      let mean = groups.reduce(0) { $0 + $1.position } / Double(groups.count)
      let verdict = Self.overall(groups.map(\.verdict)) ?? ""
      return ((groups[0].name, groups[0].roles, verdict, mean), groups.count { $0.verdict == "found" })
    }
    data.changingGroup =
      means.min { ($0.found, -$0.group.position, $0.group.name) < ($1.found, -$1.group.position, $1.group.name) }?.group
  }

  /// `roles.csv` and `components.csv`.
  mutating func readRoles() throws {
    if let table = try input.table(
      "roles.csv", numbers: ["layer", "rank", "pc1", "pc2"] + withEnds("axis_position"), texts: ["role", "group"])
    {
      for (layer, rows) in table.rowsByLayer() {
        data.roles[layer] = rows.map { row in
          .init(
            name: table.text("role", row), group: table.text("group", row),
            position: table.estimated("axis_position", row), pc1: table.number("pc1", row),
            pc2: table.number("pc2", row), rank: table.integer("rank", row))
        }
      }
      if let assistant = data.roles.values.first?.first(where: { $0.rank == nil }) { data.assistant = assistant.name }
    }
    if let table = try input.table(
      "components.csv",
      numbers: ["layer", "variance_ratio", "cumulative_ratio", "cos_axis", "variance_ratio_chance"])
    {
      data.components = table.rowsByLayer().mapValues { rows in
        rows.map { row in
          .init(
            ratio: table.number("variance_ratio", row), cumulative: table.number("cumulative_ratio", row),
            cosine: table.number("cos_axis", row), chance: table.known("variance_ratio_chance", row))
        }
      }
    }
  }

  /// `traits.csv`.
  mutating func readTraits() throws {
    guard
      let table = try input.table(
        "traits.csv", numbers: ["layer", "cosine", "centred_cosine", "q"], texts: ["trait", "target"])
    else { return }
    data.traits = table.rowsByLayer().mapValues { rows in
      rows.map { row in
        .init(
          name: table.text("trait", row), target: table.text("target", row),
          // Fewer than three are not centred.
          cosine: table.known("centred_cosine", row) ?? table.number("cosine", row), q: table.number("q", row))
      }
    }
  }
}
