public import TensorFiles

/// Averages the responses of a dump to one vector a role and layer, and writes them with their counts and within-role sums
/// of squares.
public struct VectorsRun: Sendable {
  /// The table beside the vectors.
  public static let countsName = "counts.csv"

  let path: String
  let options: VectorsOptions
  let log: RunLog

  /// An average over the dump at `path`: a folder, or the file of one role's responses.
  public init(_ path: String, options: VectorsOptions, log: RunLog = .silent) {
    (self.path, self.options, self.log) = (trimmed(dumpRoot(of: path)), options, log)
  }

  /// What came of it.
  public struct Result: Sendable {
    /// Every role, the Assistant first.
    public let records: [ResponseRecord]
    /// The names of those with too few responses.
    public let leftOut: [String]
    /// The numbers of the layers averaged.
    public let layers: [Int]
    /// The number of dimensions.
    public let hiddenSize: Int
    /// Whether responses have scores.
    public let isScored: Bool
    /// The responses that a role must have left.
    public let minimum: Int
    /// How many questions were kept with `--match-questions`; nil without.
    public let questions: Int?

    init(_ means: ResponseMeans.Result) {
      (records, leftOut, layers) = (means.all, means.leftOut.map(\.role), means.layers)
      (hiddenSize, isScored, minimum) = (means.hiddenSize, means.isScored, means.minimum)
      questions = means.questions?.count
    }
  }

  /// Averages, and writes `name` with vectors of `type` and `counts.csv` to `output`, which the caller commits. What is done
  /// when the run is stopped stays in `<name>.parts` beside them, for the next run to go on from.
  ///
  /// - Throws: `FileError` for what is wrong with the input, or if an output cannot be written.
  public func run(into output: OutputFolder, as name: String, type: ElementType) async throws -> Result {
    let folder = fileKind(path) == .folder ? path : OutputFile.folder(of: path)
    let manifest = try Manifest.read(inFolder: folder)
    let means = try await ResponseMeans(path: path, manifest: manifest, options: options, log: log)
      .run(besides: "\(output.path)/\(name)")
    guard !means.roles.isEmpty || means.assistant != nil else {
      throw FileError(
        path: path,
        fault: ResponseFault.tooFewRoles(left: 0, minimum: means.minimum, leftOut: means.leftOut.map(\.role)))
    }
    try means.write(
      to: output, as: name, type: type, manifest: manifest, labels: try RoleTable(inFolder: folder), options: options,
      assistant: try beside(means))
    if means.assistant == nil, fileKind(path) == .folder, try beside(means) == nil {
      log.note("no role '\(options.assistantName)': there are vectors of roles alone, without a default")
    }
    return Result(means)
  }

  /// The default's vector beside the responses, where it has no responses itself.
  private func beside(_ means: ResponseMeans.Result) throws -> [Double]? {
    guard means.assistant == nil, fileKind(path) == .folder else { return nil }
    return try means.assistantVector(besides: path, name: options.assistantName)
  }
}

extension ResponseMeans.Result {
  /// Writes the vectors as `name`, and the counts, to `output`; when it is committed the parts go.
  func write(
    to output: OutputFolder, as name: String, type: ElementType, manifest: Manifest, labels: RoleTable,
    options: VectorsOptions,
    assistant: [Double]? = nil
  ) throws {
    try VectorsFile(means: self, manifest: manifest, labels: labels, options: options, assistantVector: assistant)
      .write(to: try output.file(named: name), type: type)
    try output.write(CountsTable.text(self), to: VectorsRun.countsName)
    output.whenCommitted { [parts] in parts.remove() }
  }

  /// The vector of a file `<name>` in the folder `path`, in the layers averaged: (L, d) with a row for each of them; nil if
  /// there is none.
  func assistantVector(besides path: String, name: String) throws -> [Double]? {
    let files = try dumpFiles(in: path).filter { tensorStem($0) == name }
    guard let file = files.first else { return nil }
    let source = VectorSource(name: name, path: "\(path)/\(file)")
    let tensors = try TensorFile(path: source.path)
    let entry = try source.entry(in: tensors)
    let shape = try source.shape(of: entry)
    guard [shape.layers, shape.hiddenSize] == [layers.count, hiddenSize] else {
      throw FileError(
        path: source.path,
        fault: DumpFault.shapesDiffer(
          shape: [shape.layers, shape.hiddenSize], other: [layers.count, hiddenSize],
          reference: "the mean of the responses"))
    }
    return try tensors.read(entry)
  }
}
