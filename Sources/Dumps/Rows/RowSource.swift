internal import Files
package import LinearAlgebra
internal import Synchronization
internal import TensorFiles

/// The rows of activations that some files hold: responses, tokens, turns, role vectors or plain matrices, all of the same layers and
/// dimensions, in a fixed order.
package struct RowSource: Sendable {
  /// As many layers a model may have; several files of no more rows each could be vectors.
  private static let mostLayers = 256

  /// The parts in their order.
  package let parts: [RowPart]
  /// The number of the first row of each part.
  private let starts: [Int]
  /// The rows in all.
  package let count: Int
  /// The dimensions of a row.
  package let hiddenSize: Int
  /// The number of the layer of each layer row.
  package let layers: [Int]
  /// How elements are read: as in the files, or as float64 where these differ or have a type that is not summed as it is.
  package let encoding: ElementEncoding
  /// What a user should know of how the files are taken.
  package let notes: [String]
  /// The model that the manifest names.
  package let model: String?
  private let opened = OpenedParts()

  /// Finds the rows of `paths`.
  ///
  /// - Parameters:
  ///   - wanted: what rows are to be; nil for what the files have.
  ///   - tensor: the tensor to take of files that hold several.
  ///   - axes: the order of the axes, where it is not (rows, layers, d).
  ///   - rowLayers: the numbers of the layer rows, where an option says them.
  /// - Throws: `FileError` if there are none, or they differ in layers or dimensions.
  package init(
    _ paths: [String], wanted: RowKind?, tensor: String?, axes: AxesOrder?, rowLayers: LayerSelection?
  ) throws {
    var finder = RowFinder(wanted: wanted, tensor: tensor, axes: axes, rowLayers: rowLayers)
    for path in paths { try finder.visit(path) }
    parts = finder.parts
    guard let first = parts.first else {
      throw FileError(path: paths.first ?? ".", fault: RowFault.nothing(wanted, found: finder.found))
    }
    if wanted == nil, parts.count > 1, first.rows <= Self.mostLayers, first.rows > 1,
      parts.allSatisfy({ $0.couldBeVector && $0.rows == first.rows })
    {
      throw FileError(
        path: first.path,
        fault: RowFault.rowsOrLayers([first.rows, first.hiddenSize], files: parts.count, isDocumented: false))
    }
    for part in parts where (part.layers, part.hiddenSize) != (first.layers, first.hiddenSize) {
      throw FileError(
        path: part.path,
        fault: RowFault.shapesDiffer(
          layers: part.layers, hiddenSize: part.hiddenSize, otherLayers: first.layers,
          otherHiddenSize: first.hiddenSize, other: first.path))
    }
    if let stated = finder.manifest.hiddenSize, stated != first.hiddenSize {
      throw FileError(path: first.path, fault: DumpFault.hiddenSize(found: first.hiddenSize, manifest: stated))
    }
    let manifest = finder.manifest
    let numbered = try located(paths[0]) {
      try RowLayers(first.layers, of: .dump, given: rowLayers, manifest: manifest)
    }
    let encodings = Set(parts.map { part in part.elementType.flatMap { ElementEncoding($0) } })
    encoding = encodings.count == 1 ? (encodings.first ?? nil) ?? .float64 : .float64
    var (starts, count) = ([Int](), 0)
    for part in parts {
      starts.append(count)
      count += part.rows
    }
    (self.starts, self.count, hiddenSize, layers) = (starts, count, first.hiddenSize, numbered.numbers)
    let own = FirstNotes(parts.compactMap { part in part.note.map { (part.path, $0) } })
    notes = finder.notes + [numbered.note, Self.repeated(parts)].compactMap(\.self) + own.texts
    model = manifest.model
  }

  /// What to say of parts that are there several times, also under other names; nil if none are.
  private static func repeated(_ parts: [RowPart]) -> String? {
    func key(_ part: RowPart) -> [String] {
      let file = (try? fileIdentity(part.path)).map { "\($0.device) \($0.number)" } ?? part.path
      return [file, part.tensorName]
    }
    let files = Dictionary(grouping: parts, by: key)
    guard let first = parts.first(where: { (files[key($0)] ?? []).count > 1 }) else { return nil }
    let again = files.values.reduce(0) { $0 + $1.count - 1 }
    return
      "\(first.path) is there more than once\(again > 1 ? ", as are \(again - 1) others" : ""), perhaps by a link: its rows count as often"
  }

  /// The bytes that a row of one layer takes.
  package var rowBytes: Int { hiddenSize * encoding.byteCount }

  /// Reads the rows `rows` in the layer row `layer` to the start of `bytes`, which grows to take them.
  ///
  /// - Throws: `FileError` if a file cannot be read, or is not as it was when it was found.
  package func read(_ rows: Range<Int>, layer: Int, into bytes: inout [UInt8]) throws {
    if bytes.count < rows.count * rowBytes { bytes = [UInt8](repeating: 0, count: rows.count * rowBytes) }
    var row = rows.lowerBound
    while row < rows.upperBound {
      let index = part(of: row)
      let own = row - starts[index]..<min(rows.upperBound - starts[index], parts[index].rows)
      try opened.part(parts[index], index).read(
        own, layer: layer, width: hiddenSize, as: encoding, into: &bytes, at: (row - rows.lowerBound) * rowBytes)
      row += own.count
    }
  }

  /// The index of the part with the row `row`.
  private func part(of row: Int) -> Int {
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= row { low = middle } else { high = middle }
    }
    return low
  }

  /// Where the row `row` lies, for a message: the file, and its number in it.
  package func place(of row: Int) -> (path: String, row: Int) {
    let index = part(of: row)
    return (parts[index].path, row - starts[index])
  }
}

/// The parts that are open: some at a time, as all could take too many descriptors.
private final class OpenedParts: Sendable {
  private static let most = 32
  private let parts = Mutex<[(index: Int, part: OpenedPart)]>([])

  func part(_ part: RowPart, _ index: Int) throws -> OpenedPart {
    if let known = parts.withLock({ $0.first { $0.index == index }?.part }) { return known }
    let own = try OpenedPart(part)
    parts.withLock { parts in
      if parts.count == Self.most { parts.removeFirst() }
      parts.append((index, own))
    }
    return own
  }
}

/// Notes on files, of which the same is said once.
private struct FirstNotes {
  let texts: [String]

  init(_ notes: [(path: String, note: String)]) {
    var (firsts, counts) = ([(path: String, note: String)](), [String: Int]())
    for note in notes {
      if counts[note.note] == nil { firsts.append(note) }
      counts[note.note, default: 0] += 1
    }
    texts = firsts.map { first in
      let more = (counts[first.note] ?? 1) - 1
      return "\(first.path)\(more > 0 ? " (and \(more) more)" : ""): \(first.note)"
    }
  }
}
