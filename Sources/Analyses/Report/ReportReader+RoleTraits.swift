internal import Files
internal import Reports

extension ReportReader {
  /// The traits that are drawn: as many as have room.
  private static let mostTraits = 18
  /// The cells that a page has of roles and traits over all layers. Where there are more, it has those of the layer that is shown.
  private static let mostCells = 60_000

  /// `role_traits.csv`, at the layer that is shown, or at all if they are few; of the traits along which roles differ most.
  mutating func readRoleTraits() throws {
    guard let path = input.path("role_traits.csv") else { return }
    let all = try RoleTraitRows(path, layer: data.shown)
    let order = all.traits.indices.sorted { (all.spread($0), $1) > (all.spread($1), $0) }
    let kept = order.prefix(Self.mostTraits).sorted()
    data.roleTraits.names = kept.map { String(all.traits[$0].dropFirst("cos_".count)) }
    data.roleTraits.count = all.traits.count
    let isSmall = all.rows.count * kept.count * data.layers.count <= Self.mostCells
    let read = isSmall ? try RoleTraitRows(path, layer: nil) : all
    for row in read.rows {
      data.roleTraits.layers[row.layer, default: []].append(
        .init(role: row.role, cosines: kept.map { row.cosines[$0] }))
    }
  }
}

/// The rows of `role_traits.csv`.
private struct RoleTraitRows {
  /// The columns of cosines.
  let traits: [String]
  private(set) var rows: [(layer: Int, role: String, cosines: [Double])] = []

  /// Those of `layer`, or of all.
  init(_ path: String, layer wanted: Int?) throws {
    var reader = try ReportRows(path: path)
    let (layer, role) = (try reader.column("layer"), try reader.column("role"))
    let columns = reader.columns.indices.filter { reader.columns[$0].hasPrefix("cos_") }
    traits = columns.map { [names = reader.columns] in names[$0] }
    while try reader.next() {
      guard let own = Int(reader.text(layer)), wanted == nil || own == wanted else { continue }
      rows.append((own, reader.text(role), try columns.map { try reader.number($0) ?? .nan }))
    }
  }

  /// The standard deviation over the roles of the cosines with a trait.
  func spread(_ trait: Int) -> Double {
    let values = rows.map { $0.cosines[trait] }.filter(\.isFinite)
    guard values.count > 1 else { return 0 }
    let mean = values.reduce(0, +) / Double(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
  }
}
