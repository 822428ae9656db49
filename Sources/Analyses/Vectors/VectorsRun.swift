internal import Dumps
public import Files
internal import LinearAlgebra
internal import Statistics
public import TensorFiles

/// Averages the responses of a dump to one vector a role and layer, and writes them with their counts and within-role sums
/// of squares.
public struct VectorsRun: Sendable {
  /// The table beside the vectors.
  public static let countsName = "counts.csv"

  let path: String
  let options: VectorsOptions
  let log: RunLog
  #if MPI
    /// The processes that divide the roles; nil for this one alone.
    private let group: ProcessGroup?

    /// An average over the dump at `path`: a folder, or the file of one role's responses. The processes of `group` divide the roles.
    public init(_ path: String, options: VectorsOptions, log: RunLog = .silent, group: ProcessGroup? = nil) {
      (self.path, self.options, self.log) = (Paths.trimmed(dumpRoot(of: path)), options, log)
      self.group = group
    }
  #else
    /// An average over the dump at `path`: a folder, or the file of one role's responses.
    public init(_ path: String, options: VectorsOptions, log: RunLog = .silent) {
      (self.path, self.options, self.log) = (Paths.trimmed(dumpRoot(of: path)), options, log)
    }
  #endif

  /// Averages, and writes `name` with vectors of `type` and `counts.csv` to `output`, which the caller commits. What is done
  /// when the run is stopped stays in `<name>.parts` beside them, for the next run to go on from.
  ///
  /// - Throws: `FileError` for what is wrong with the input, or if an output cannot be written.
  public func run(into output: OutputFolder, as name: String, type: ElementType) async throws -> VectorsResult {
    let means = try await averaged(besides: "\(output.path)/\(name)")
    try means.requireVectors(of: path)
    let beside = try assistantVector(means.shape, isUsed: means.assistant == nil)
    try means.write(to: output, as: name, type: type, try description(), assistant: beside?.values)
    if means.assistant == nil, beside == nil, fileKind(path) == .folder { log.note(noDefault(options.assistantName)) }
    return VectorsResult(means)
  }

  /// The means of the responses of the dump.
  func means() throws -> ResponseMeans {
    ResponseMeans(
      path: path, manifest: try Manifest.read(inFolder: responsesRoot(of: path)), options: options, log: log)
  }

  /// What the file of vectors says of the run.
  func description() throws -> VectorsDescription {
    let folder = responsesRoot(of: path)
    return VectorsDescription(try Manifest.read(inFolder: folder), try RoleTable(inFolder: folder), options)
  }

  /// The default's vector beside the responses.
  func assistantVector(_ shape: AveragedResponses.Shape, isUsed: Bool) throws -> (path: String, values: [Double])? {
    guard fileKind(path) == .folder else { return nil }
    return try shape.assistantVector(besides: path, isUsed: isUsed, options, log)
  }

  #if MPI
    private func averaged(besides output: String) async throws -> AveragedResponses {
      guard let group else { return try await means().run(besides: output) }
      return try await means().run(besides: output, leading: group)
    }

    /// What the processes of `group` do that do not lead: their shares of the roles, which they keep beside the file `output`.
    public func serve(_ group: ProcessGroup, besides output: String) async throws {
      try await means().serve(besides: output, group)
    }
  #else
    private func averaged(besides output: String) async throws -> AveragedResponses {
      try await means().run(besides: output)
    }
  #endif
}

/// What is said where nothing is the default.
func noDefault(_ name: String) -> String { "no role '\(name)': there are vectors of roles alone, without a default" }

extension AveragedResponses {
  /// Writes the vectors as `name`, and the counts, to `output`; when it is committed the parts go.
  func write(
    to output: OutputFolder, as name: String, type: ElementType, _ description: VectorsDescription,
    assistant: [Double]? = nil
  ) throws {
    try VectorsFile(means: self, description: description, assistantVector: assistant)
      .write(to: try output.file(named: name), type: type)
    try output.write(CountsTable.table(self), to: VectorsRun.countsName)
    output.whenCommitted { [parts] in parts.remove() }
  }
}

extension AveragedResponses.Shape {
  /// The default's vector in the layers averaged, from a file of its name in the folder `path`; nil if there is none.
  ///
  /// - Parameter isUsed: whether it is wanted: the default has no responses itself.
  func assistantVector(
    besides path: String, isUsed: Bool, _ options: VectorsOptions, _ log: RunLog
  ) throws -> (path: String, values: [Double])? {
    guard let source = try RoleSources.assistant(besides: path, options.assistantName) else { return nil }
    guard isUsed else {
      log.note("\(source.path) is not used: the default is the mean of its responses in activations/")
      return nil
    }
    let file = try TensorFile(path: source.path)
    let shape = try source.shape(in: file)
    guard [shape.layers, shape.hiddenSize] == [rowCount, hiddenSize] else {
      throw FileError(
        path: source.path,
        fault: DumpFault.shapesDiffer(
          shape: [shape.layers, shape.hiddenSize], other: [rowCount, hiddenSize], reference: "the responses"))
    }
    var values: [Double] = []
    for (row, layer) in zip(rows, layers) {
      let own = try source.values(in: file, layers: row..<row + 1)
      if let found = own.firstUnusable(columns: hiddenSize) {
        throw FileError(
          path: source.path, place: source.place, fault: NonFiniteFault.vector(found, layer: layer))
      }
      values += own
    }
    return (source.path, values)
  }
}
