internal import Dumps
internal import Files
internal import FoundationEssentials

/// What a run over rows is of: by it a run that goes on, or parts of one, are told from those of other files or options.
struct RunIdentity: Sendable, Codable, Equatable {
  /// A file: its name with that of its folder, its size, and when it was changed.
  struct Input: Sendable, Codable, Equatable {
    let name: String
    let size, rows: Int
    let modified: [Int]
  }

  let tool: String
  let inputs: [Input]
  let rows, hiddenSize: Int
  let layers: [Int]
  let nonFinite: String
  /// The digest of the rows that were looked at all over the files, layer by layer.
  let pilots: [String]

  /// Of the rows of `source` in the layers that `readers` read.
  init(_ source: RowSource, _ readers: [RowReader], pilots: [String], _ options: ComponentsOptions) throws {
    tool = toolVersion
    inputs = try source.parts.map { part in
      let state = try FileState(ofAll: part.path)
      let folder = Paths.lastComponent(of: Paths.parent(of: resolvedPath(part.path) ?? part.path))
      return Input(
        name: "\(folder)/\(Paths.lastComponent(of: part.path))", size: state.size, rows: part.rows,
        modified: state.modified)
    }
    (rows, hiddenSize, layers) = (source.count, source.hiddenSize, readers.map(\.layer))
    nonFinite = options.settings.nonFinite.rawValue
    self.pilots = pilots
  }

  /// What differs from `other`, in words; nil if nothing does.
  func difference(from other: Self) -> String? {
    if tool != other.tool { return "it was made by version \(tool), and that by \(other.tool)" }
    let names = Set(other.inputs.map(\.name))
    if let stranger = inputs.first(where: { !names.contains($0.name) }) { return "it has the file \(stranger.name)" }
    if let changed = zip(inputs, other.inputs).first(where: { $0 != $1 }) {
      return
        "\(changed.0.name) was \(changed.0.size) bytes then and is \(changed.1.size) there, or was changed in between"
    }
    if layers != other.layers { return "it has layers \(layerList(layers)), and that \(layerList(other.layers))" }
    if nonFinite != other.nonFinite {
      return "one was made with --nonfinite \(nonFinite), the other with \(other.nonFinite)"
    }
    return self == other ? nil : "files of the same names and sizes have other content"
  }
}
