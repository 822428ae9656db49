internal import PersonaFiles

/// What `inspect` prints of a file or folder.
struct InspectReport {
  let text: String

  init(_ inspection: Inspection) {
    var header = "\(shown(inspection.path, width: 100)): \(inspection.format), \(Self.size(inspection.bytes))"
    if let manifest = inspection.manifest {
      let facts = [
        manifest.model, manifest.layers.map { layerList($0) }, manifest.layerConvention?.rawValue, manifest.pooling,
      ]
      header += "\n  manifest: " + facts.compactMap(\.self).joined(separator: ", ")
    }
    var table = TextTable([
      "part", "tensor", "type", "shape", "layers", "files", "tensors", "not finite", "massive dimension",
    ])
    for group in inspection.groups {
      let massive = group.massiveDimension.map { "\($0) (\(percent(group.massiveShare)))" }
      table.append([
        group.part, group.name.map { $0.isEmpty ? "(bare)" : shown($0) } ?? "(several)", group.type,
        Self.shape(group), group.layers.map(String.init) ?? "–", "\(group.files)",
        "\(group.tensors)", group.nonFinite.map(String.init) ?? "–", massive ?? "–",
      ])
    }
    var lines = [header, table.text()]
    for (key, value) in inspection.metadata.sorted(by: { $0.key < $1.key }).prefix(12) {
      lines.append("  \(shown(key)) = \(shown(value, width: 60))")
    }
    let more = max(0, inspection.metadata.count - 12) + inspection.omittedMetadata
    if more > 0 { lines.append("  … and \(more) more values") }
    for (part, count) in inspection.others.sorted(by: { $0.key < $1.key }) {
      lines.append("  \(part)/: \(count) files")
    }
    text = lines.joined(separator: "\n")
  }

  /// 4 × 256, or 8–96 × 4 × 256 for tensors that differ in their first dimension.
  private static func shape(_ group: Inspection.Group) -> String {
    let rows = group.rows.map { $0[0] == $0[1] ? ["\($0[0])"] : ["\($0[0])–\($0[1])"] } ?? []
    let extents = rows + group.shape.map(String.init)
    return extents.isEmpty ? "scalar" : extents.joined(separator: " × ")
  }

  private static func size(_ bytes: Int) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB"]
    var (value, unit) = (Double(bytes), 0)
    while value >= 1000, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
    return "\(fixed(value, unit == 0 ? 0 : 1)) \(units[unit])"
  }
}
