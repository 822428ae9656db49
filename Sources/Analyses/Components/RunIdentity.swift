internal import Dumps
internal import Files

/// What a run over rows is of: by it a run that goes on, or parts of one, are told from those of other files or options.
struct RunIdentity: PartIdentity {
  static let kind = PartKind.components

  let tool: String
  let inputs: [PartInput]
  let rows, hiddenSize: Int
  let layers: [Int]
  let nonFinite: String
  /// The options that say how files are read, by their long names; none where they are not given.
  let reading: [String: String]
  /// The digest of the rows that were looked at all over the files, layer by layer.
  let pilots: [String]

  /// Of the rows of `source` in the layers that `readers` read.
  init(_ source: RowSource, _ readers: [RowReader], pilots: [String], _ options: ComponentsOptions) throws {
    tool = toolVersion
    inputs = try source.parts.map { try PartInput(at: $0.path, rows: $0.rows) }
    (rows, hiddenSize, layers) = (source.count, source.hiddenSize, readers.map(\.layer))
    nonFinite = options.settings.nonFinite.rawValue
    let given: [(String, String?)] = [
      ("tensor", options.tensor), ("rows", options.rows?.rawValue), ("axes", options.axes?.text),
      ("row-layers", options.rowLayers?.text),
    ]
    reading = Dictionary(uniqueKeysWithValues: given.compactMap { name, text in text.map { (name, $0) } })
    self.pilots = pilots
  }

  var isSound: Bool {
    rows > 0 && (1...ResponseFile.mostDimensions).contains(hiddenSize) && !layers.isEmpty
  }

  /// What differs from `other`, in words; nil if nothing does.
  func difference(from other: Self) -> String? {
    if tool != other.tool { return "it was made by version \(tool), and that by \(other.tool)" }
    if let option = Set(reading.keys).union(other.reading.keys).sorted().first(where: {
      reading[$0] != other.reading[$0]
    }) {
      func said(_ text: String?) -> String { text.map { "is '\($0)'" } ?? "is not given" }
      return "--\(option) \(said(reading[option])) here, and \(said(other.reading[option])) there"
    }
    if let difference = PartInput.difference(of: inputs, from: other.inputs) { return difference }
    if layers != other.layers { return "it has \(layerList(layers)), and that \(layerList(other.layers))" }
    if nonFinite != other.nonFinite {
      return "one was made with --nonfinite \(nonFinite), the other with \(other.nonFinite)"
    }
    return self == other ? nil : "files of the same names and sizes have other content"
  }
}
