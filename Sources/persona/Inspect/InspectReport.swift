internal import Analyses
internal import Dumps

/// What `inspect` prints of a file or folder.
struct InspectReport {
  let text: String

  /// Massive dimensions that are shown of each group; `--json` has more.
  private static let massiveShown = 3

  /// The report, with the emphasis of a terminal if `isStyled`.
  init(_ inspection: Inspection, isStyled: Bool = false) {
    let title = shown(inspection.path, width: 100)
    var header = "\(isStyled ? Style.bold(title) : title): \(inspection.format), \(byteSize(inspection.bytes))"
    if let roles = inspection.roles {
      header += "\n  \(counted(roles, "role"))"
      if let responses = inspection.groups.first(where: { $0.part == "activations/" })?.tensorsPerFile {
        header += ", \(Self.range(responses)) responses each"
      }
    }
    if let manifest = inspection.manifest {
      let facts = [
        manifest.model.map { shown($0) }, manifest.layers.map { layerList($0) }, manifest.layerConvention?.rawValue,
        manifest.pooling.map { shown($0) },
      ]
      header += "\n  manifest: " + facts.compactMap(\.self).joined(separator: ", ")
    }
    var table = TextTable([
      "part", "tensor", "type", "shape", "layers", "files", "tensors", "NaN, ∞", "all zero", "massive",
    ])
    for group in inspection.groups {
      let massive = group.massiveDimensions.map { dimensions in
        let shown = dimensions.prefix(Self.massiveShown).map { "\($0.index) (\(percent($0.share)))" }
        return shown.isEmpty ? "none" : shown.joined(separator: ", ") + (dimensions.count > shown.count ? ", …" : "")
      }
      table.append(
        [
          shown(group.part), group.name.map { $0.isEmpty ? "(bare)" : shown($0) } ?? "(several)", group.type,
          Self.shape(group), group.layers.map(String.init) ?? "–", "\(group.files)",
          "\(group.tensors)", group.nonFinite.map(String.init) ?? "–",
          group.zeros.map(String.init) ?? "–", massive ?? "–",
        ], isWarning: (group.nonFinite ?? 0) + (group.zeros ?? 0) > 0)
    }
    var lines = [header, table.text(isStyled: isStyled)]
    for (key, value) in inspection.metadata.sorted(by: { $0.key < $1.key }).prefix(12) {
      lines.append("  \(shown(key)) = \(shown(value, width: 60))")
    }
    let more = max(0, inspection.metadata.count - 12) + inspection.omittedMetadata
    if more > 0 { lines.append("  … and \(more) more values") }
    for (part, count) in inspection.others.sorted(by: { $0.key < $1.key }) {
      lines.append("  \(part)/: \(count) files")
    }
    lines += inspection.notes.map { "  note: \(shown($0, width: 400))" }
    text = lines.joined(separator: "\n")
  }

  /// 4 × 256, or 8–96 × 4 × 256 for tensors that differ in their first dimension.
  private static func shape(_ group: Inspection.Group) -> String {
    let extents = [group.rows.map(range)].compactMap(\.self) + group.shape.map(String.init)
    return extents.isEmpty ? "scalar" : extents.joined(separator: " × ")
  }

  /// 6, or 6–8 where the least and most of `bounds` differ.
  private static func range(_ bounds: [Int]) -> String {
    bounds[0] == bounds[1] ? "\(bounds[0])" : "\(bounds[0])–\(bounds[1])"
  }
}
