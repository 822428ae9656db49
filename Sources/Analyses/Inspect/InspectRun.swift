public import Dumps
internal import Files
internal import PersonaSpace
public import TensorFiles

/// What tensor files and dump folders hold.
public struct Inspection: Sendable, Encodable {
  /// A tensor, or tensors of one type and shape in several files.
  public struct Group: Sendable, Encodable {
    /// The part of a dump folder it lies in, with a slash; empty for a file.
    public let part: String
    /// Its name; nil for several.
    public let name: String?
    /// The element type.
    public let type: String
    /// The shape; of turns and tokens without the first dimension, which differs from file to file.
    public let shape: [Int]
    /// The least and most of the first dimension that `shape` leaves out; nil where it does not.
    public fileprivate(set) var rows: [Int]?
    /// The number of layers: the dimension before the last; nil for other tensors than activations.
    public let layers: Int?
    /// How many files and tensors there are of it.
    public fileprivate(set) var files, tensors: Int
    /// How many elements are NaN or infinite; nil where values were not read.
    public fileprivate(set) var nonFinite: Int?
    /// The least and most of these tensors in one file: the responses of a role.
    public fileprivate(set) var tensorsPerFile: [Int]
    /// The last dimension's indices of the largest mean square, largest first, that hold ten times an even share of the
    /// squared norm each, eight at most; nil where values were not read, are no activations, or are not finite.
    public fileprivate(set) var massiveDimensions: [MassiveDimension]?
  }

  /// A dimension that is far larger than the rest.
  public struct MassiveDimension: Sendable, Encodable {
    /// Its index in the hidden size.
    public let index: Int
    /// Its share of the squared norm, in 0…1.
    public let share: Double
  }

  /// The path as given.
  public let path: String
  /// The file's format, or `folder`.
  public let format: String
  /// The size in bytes of the files read.
  public let bytes: Int
  /// What the manifest says, if there is one.
  public let manifest: Manifest?
  /// The tensors.
  public let groups: [Group]
  /// The roles of a folder with `vectors/` or `activations/`, the default Assistant among them; nil for others.
  public let roles: Int?
  /// What stands beside the tensors of a single file.
  public let metadata: [String: String]
  /// How many more such values there are, which are not kept.
  public let omittedMetadata: Int
  /// Counts of other parts of a folder: scores, transcripts.
  public let others: [String: Int]
}

/// Inspects files and folders.
public struct InspectRun: Sendable {
  /// A file of more tensors is summed up, as a folder is: the responses of a role.
  private static let listedCount = 40

  private let readsValues: Bool
  private let listsAll: Bool
  private let void: ElementType?
  private let log: RunLog

  /// An inspection; without `readingValues` it reads descriptions alone; `listingAll` tensors of a file, it does not sum
  /// up those of one type and shape where there are more than 40. `void` is what `|V2` in NumPy files stands for.
  public init(
    readingValues: Bool, listingAll: Bool = false, void: ElementType? = nil, log: RunLog = .silent
  ) {
    (readsValues, listsAll, self.void, self.log) = (readingValues, listingAll, void, log)
  }

  /// Inspects what is at `path`; a folder that is no dump is searched for dumps.
  ///
  /// - Throws: `FileError` for a file that cannot be read, or a folder without tensors.
  public func run(_ path: String) throws -> [Inspection] {
    guard fileKind(path) == .folder else { return [try inspectFile(path)] }
    var visited: Set<String> = []
    let found = try inspectFolder(path, &visited)
    guard !found.isEmpty else {
      throw FileError(path: path, fault: DumpFault.noTensors(found: try folderContents(path)))
    }
    return found
  }

  private func inspectFile(_ path: String) throws -> Inspection {
    var survey = Survey()
    let file = try TensorFile(path: path, void: void)
    let isApart = listsAll || file.tensors.count <= Self.listedCount
    for (index, tensor) in file.tensors.enumerated() {
      try survey.add(tensor, in: file, part: "", apart: isApart, readsValues: readsValues)
      log.progress("inspect", index + 1, file.tensors.count)
    }
    return Inspection(
      path: path, format: file.format.rawValue, bytes: file.byteCount, manifest: nil, groups: survey.groups, roles: nil,
      metadata: Dictionary(file.metadata.map { ($0.key, $0.value) }) { first, _ in first },
      omittedMetadata: file.omittedMetadata, others: [:])
  }

  private func inspectFolder(_ path: String, _ visited: inout Set<String>) throws -> [Inspection] {
    // A link can lead back up.
    guard visited.insert(resolvedPath(path) ?? path).inserted else { return [] }
    let names = try folderContents(path).filter { !$0.hasPrefix(".") }
    let isDump = names.contains { ["vectors", "activations", "turns"].contains($0) || isTensorFile($0) }
    let parts = isDump ? ["vectors", "activations", "turns", "embeddings", "traits"].filter(names.contains) : []
    var (survey, bytes, roles) = (Survey(), 0, Set<String>())
    for part in [""] + parts {
      let folder = part.isEmpty ? path : "\(path)/\(part)"
      guard fileKind(folder) == .folder else { continue }
      let files = try folderContents(folder).filter(isTensorFile)
      for (index, name) in files.enumerated() {
        let file = try TensorFile(path: "\(folder)/\(name)", void: void)
        for tensor in file.tensors {
          // In the folder itself files differ in meaning: default, axis. They stay apart when few.
          let isApart = part.isEmpty && files.count <= 12
          let shown = isApart ? name : part.isEmpty ? "" : part + "/"
          try survey.add(tensor, in: file, part: shown, apart: false, readsValues: readsValues)
        }
        bytes += file.byteCount
        if ["vectors", "activations"].contains(part), let role = tensorStem(name) { roles.insert(role) }
        log.progress("inspect", index + 1, files.count)
      }
    }
    if survey.groups.isEmpty {
      return try names.filter { fileKind("\(path)/\($0)") == .folder }.flatMap {
        try inspectFolder("\(path)/\($0)", &visited)
      }
    }
    if !roles.isEmpty, names.contains(where: { tensorStem($0) == "default" }) { roles.insert("default") }
    var others: [String: Int] = [:]
    for part in ["scores", "transcripts"] where fileKind("\(path)/\(part)") == .folder {
      others[part] = try folderContents("\(path)/\(part)").count { $0.hasSuffix(".json") }
    }
    let manifest = try Manifest.read(inFolder: path)
    return [
      Inspection(
        path: path, format: "folder", bytes: bytes, manifest: manifest == Manifest() ? nil : manifest,
        groups: survey.groups, roles: roles.isEmpty ? nil : roles.count, metadata: [:], omittedMetadata: 0,
        others: others)
    ]
  }
}

/// Whether the file `name` holds tensors, of whatever kind: a control vector is no role, but is shown.
private func isTensorFile(_ name: String) -> Bool {
  tensorStem(name) != nil || (name.hasSuffix(".gguf") && !name.hasPrefix("."))
}

/// Tensors summed up by part, type and shape.
private struct Survey {
  private struct Key: Hashable {
    let part, type: String
    let shape: [Int]
    /// Tells tensors of one file apart.
    let name: String?
  }

  private struct Tally {
    var group: Inspection.Group
    var names: Set<String> = []
    var counts: [String: Int] = [:]
    var squares: [Double] = []
    var massive: MassiveDimensions?

    /// Sums up the squares, which as many as a tensor has would take more memory than the tensors.
    mutating func conclude() {
      if !squares.isEmpty, group.nonFinite == 0 {
        massive = MassiveDimensions(sumsOfSquares: squares, count: Survey.massiveCount)
      }
      squares = []
    }

    mutating func read(_ tensor: TensorEntry, in file: TensorFile, piece: Int) throws {
      guard tensor.elementType.isFloatingPoint, tensor.elementCount > 0, let hiddenSize = tensor.shape.last else {
        return
      }
      let isHiddenSize = Survey.hiddenSizes.contains(hiddenSize)
      if squares.isEmpty, isHiddenSize { squares = [Double](repeating: 0, count: hiddenSize) }
      try tensor.forEachSlice(ofAtMost: piece) { slice, start in
        for (i, value) in try file.read(tensor, slice).enumerated() {
          if !value.isFinite {
            group.nonFinite = (group.nonFinite ?? 0) + 1
          } else if isHiddenSize {
            squares[(start + i) % hiddenSize] += value * value
          }
        }
      }
    }
  }

  /// Elements read at a time.
  private static let pieceElements = 1 << 20
  /// A last dimension shorter or longer than this is no hidden size.
  fileprivate static let hiddenSizes = 16...1 << 17
  /// As many massive dimensions are told.
  fileprivate static let massiveCount = 8

  private var order: [Key] = []
  private var tallies: [Key: Tally] = [:]

  var groups: [Inspection.Group] {
    order.compactMap { key in
      guard var tally = tallies[key] else { return nil }
      tally.conclude()
      var group = Inspection.Group(
        part: key.part, name: tally.names.count == 1 ? tally.names.first : nil, type: key.type, shape: key.shape,
        rows: tally.group.rows, layers: tally.group.layers, files: tally.counts.count, tensors: tally.group.tensors,
        nonFinite: tally.group.nonFinite,
        tensorsPerFile: [tally.counts.values.min() ?? 0, tally.counts.values.max() ?? 0])
      if let massive = tally.massive, let hiddenSize = key.shape.last {
        group.massiveDimensions = massive.massive(of: hiddenSize).map {
          Inspection.MassiveDimension(index: $0.index, share: $0.share)
        }
      }
      return group
    }
  }

  /// The dimension before the hidden size; 1 where there is none.
  private static func layers(_ tensor: TensorEntry) -> Int? {
    guard tensor.elementType.isFloatingPoint, let hiddenSize = tensor.shape.last, hiddenSizes.contains(hiddenSize)
    else {
      return nil
    }
    return tensor.shape.count > 1 ? tensor.shape[tensor.shape.count - 2] : 1
  }

  mutating func add(_ tensor: TensorEntry, in file: TensorFile, part: String, apart: Bool, readsValues: Bool) throws {
    let isRagged = part == "turns/" && !tensor.shape.isEmpty
    let key = Key(
      part: part, type: tensor.elementType.rawValue, shape: isRagged ? Array(tensor.shape.dropFirst()) : tensor.shape,
      name: apart ? tensor.name : nil)
    if tallies[key] == nil {
      order.append(key)
      tallies[key] = Tally(
        group: Inspection.Group(
          part: part, name: nil, type: key.type, shape: key.shape, layers: Self.layers(tensor), files: 0, tensors: 0,
          nonFinite: readsValues ? 0 : nil, tensorsPerFile: []))
    }
    var tally = tallies.removeValue(forKey: key)
    if isRagged {
      let rows = tally?.group.rows ?? [tensor.shape[0], tensor.shape[0]]
      tally?.group.rows = [min(rows[0], tensor.shape[0]), max(rows[1], tensor.shape[0])]
    }
    tally?.names.insert(tensor.name)
    tally?.counts[file.path, default: 0] += 1
    tally?.group.tensors += 1
    if readsValues { try tally?.read(tensor, in: file, piece: Self.pieceElements) }
    if apart { tally?.conclude() }
    tallies[key] = tally
  }
}
