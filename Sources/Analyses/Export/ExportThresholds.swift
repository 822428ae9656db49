internal import Dumps
internal import Files
internal import PersonaSpace

/// The floors of an export, and where they are from.
struct ExportThresholds {
  /// By layer number; empty where there are none.
  let floors: [Int: Double]
  /// The percentile that all of them are of, counted from the end away from the Assistant; nil of given ones.
  let percentile: Double?
  /// Where they are from, in words.
  let source: String

  /// None.
  static let none = ExportThresholds(floors: [:], percentile: nil, source: "")

  /// Floors for `layers` of `space`, the file at `path`.
  ///
  /// - Throws: `FileError` if a layer has none.
  static func read(
    _ threshold: ExportThreshold?, _ space: Space, at path: String, turns: [String], layers: [Int],
    _ options: TurnOptions, log: RunLog
  ) async throws -> ExportThresholds {
    switch threshold {
    case nil: return .none
    case .value(let tau):
      return ExportThresholds(
        floors: Dictionary(uniqueKeysWithValues: layers.map { ($0, tau) }), percentile: nil, source: "given")
    case .percentile(let percentile, let calibration):
      if calibration == .roles, space.roleNames.isEmpty { throw FileError(path: path, fault: CapFault.noRoles) }
      let run = CapRun(
        space, turns.isEmpty ? [path] : turns, thresholds: .percentiles([percentile], of: calibration),
        options: options, log: log)
      let (thresholds, words) = try await run.calibrated()
      let found = zip(space.layers, thresholds).filter { layers.contains($0.0) }
      let missing = found.filter(\.1.isEmpty).map(\.0)
      if !missing.isEmpty { throw FileError(path: path, fault: CapFault.notCalibrated(missing)) }
      return ExportThresholds(
        floors: Dictionary(uniqueKeysWithValues: found.map { ($0.0, $0.1[0].tau) }), percentile: percentile,
        source: words)
    case .caps(let folder, let percentile): return try caps(folder, percentile, space, options.layers)
    }
  }

  private struct Row {
    let layer: Int
    let percentile: Double?
    let tau: Double
    let position: Double?
    let isRecommended: Bool
  }

  /// The rows of a `caps.csv` that are recommended, or of the percentile.
  private static func caps(
    _ path: String, _ percentile: Double?, _ space: Space, _ selection: LayerSelection
  ) throws -> ExportThresholds {
    let file = fileKind(path) == .folder ? "\(Paths.trimmed(path))/caps.csv" : path
    let rows = try rows(file)
    let present = Set(rows.compactMap(\.percentile)).sorted()
    // Of several layers together, where that is recommended and no other layers are asked for.
    let range = try percentile == nil ? recommendedRange(beside: file) : nil
    let isOfRange = range.map { range in (selection.numbers ?? []).allSatisfy(range.layers.contains) } ?? false
    let kept = rows.filter { row in
      if isOfRange, let range { return range.contains(row) }
      return percentile == nil ? row.isRecommended : row.percentile == percentile
    }
    guard !kept.isEmpty else {
      throw FileError(
        path: file,
        fault: percentile.map { ExportFault.noPercentile($0, present: present) }
          ?? .noRecommendation(percentiles: present))
    }
    // Rows of tokens and of means have one floor.
    var floors = Dictionary(kept.map { ($0.layer, $0) }) { first, _ in first }
    if let wanted = selection.numbers {
      let missing = wanted.filter { floors[$0] == nil }
      if !missing.isEmpty {
        throw FileError(path: file, fault: ExportFault.capsLackLayers(missing, present: floors.keys.sorted()))
      }
      floors = floors.filter { wanted.contains($0.key) }
    }
    for row in floors.values {
      guard let index = space.layers.firstIndex(of: row.layer) else {
        throw FileError(path: file, fault: CappingFault.noLayer(row.layer, present: space.layers))
      }
      let here = space.axes[index].position(ofProjection: row.tau)
      if let position = row.position, !(abs(position - here) <= 1e-6 * max(1, abs(here))) {
        throw FileError(
          path: file, fault: ExportFault.otherSpace(layer: row.layer, position: position, here: here))
      }
    }
    let found = Set(floors.values.map(\.percentile))
    return ExportThresholds(
      floors: floors.mapValues(\.tau), percentile: found.count == 1 ? found.first ?? nil : nil,
      source: percentile == nil ? "what \(isOfRange ? rangesFile(beside: file) : file) recommends" : "\(file)")
  }

  /// Floors in neighbouring layers.
  private struct RecommendedRange {
    let layers: ClosedRange<Int>
    let percentile, tau: Double?

    /// Whether the floor is one of them.
    func contains(_ row: Row) -> Bool {
      layers.contains(row.layer) && row.percentile == percentile && (tau == nil || row.tau == tau)
    }
  }

  private static func rangesFile(beside caps: String) -> String { "\(Paths.parent(of: caps))/ranges.csv" }

  /// What the `ranges.csv` beside the file `caps` recommends; nil if it recommends nothing, or is not there.
  private static func recommendedRange(beside caps: String) throws -> RecommendedRange? {
    let path = rangesFile(beside: caps)
    guard fileKind(path) == .file else { return nil }
    var reader = try CSVReader(path: path)
    let columns = try ["first_layer", "last_layer", "percentile", "tau", "recommended"].map { try reader.column($0) }
    while try reader.next() {
      guard reader.text(columns[4]) == "true", let first = try reader.number(columns[0]).flatMap({ Int(exactly: $0) }),
        let last = try reader.number(columns[1]).flatMap({ Int(exactly: $0) }), first <= last
      else { continue }
      return RecommendedRange(
        layers: first...last, percentile: try reader.number(columns[2]), tau: try reader.number(columns[3]))
    }
    return nil
  }

  private static func rows(_ path: String) throws -> [Row] {
    var reader = try CSVReader(path: path)
    let names = ["layer", "percentile", "tau", "tau_position", "recommended"]
    let columns = try names.map { try reader.column($0) }
    var rows: [Row] = []
    while try reader.next() {
      guard let layer = try reader.number(columns[0]).flatMap({ Int(exactly: $0) }),
        let tau = try reader.number(columns[2])
      else { continue }
      rows.append(
        Row(
          layer: layer, percentile: try reader.number(columns[1]), tau: tau, position: try reader.number(columns[3]),
          isRecommended: reader.text(columns[4]) == "true"))
    }
    return rows
  }
}
