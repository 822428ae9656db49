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

  /// An average over the dump at `path`: a folder, or the file of one role's responses.
  public init(_ path: String, options: VectorsOptions, log: RunLog = .silent) {
    (self.path, self.options, self.log) = (Paths.trimmed(dumpRoot(of: path)), options, log)
  }

  /// Averages, and writes `name` with vectors of `type` and `counts.csv` to `output`, which the caller commits. What is done
  /// when the run is stopped stays in `<name>.parts` beside them, for the next run to go on from.
  ///
  /// - Throws: `FileError` for what is wrong with the input, or if an output cannot be written.
  public func run(into output: OutputFolder, as name: String, type: ElementType) async throws -> VectorsResult {
    let folder = responsesRoot(of: path)
    let manifest = try Manifest.read(inFolder: folder)
    let means = try await ResponseMeans(path: path, manifest: manifest, options: options, log: log)
      .run(besides: "\(output.path)/\(name)")
    guard !means.roles.isEmpty || means.assistant != nil && means.leftOut.isEmpty else {
      throw FileError(
        path: path,
        fault: VectorsFault.tooFewRoles(left: 0, needed: 1, minimum: means.minimum, leftOut: means.leftOut.map(\.role))
      )
    }
    let beside = try fileKind(path) == .folder ? means.assistantVector(besides: path, options, log) : nil
    try means.write(
      to: output, as: name, type: type, manifest: manifest, labels: try RoleTable(inFolder: folder), options: options,
      assistant: beside?.values)
    if means.assistant == nil, beside == nil, fileKind(path) == .folder {
      log.note("no role '\(options.assistantName)': there are vectors of roles alone, without a default")
    }
    return VectorsResult(means)
  }
}

extension AveragedResponses {
  /// Writes the vectors as `name`, and the counts, to `output`; when it is committed the parts go.
  func write(
    to output: OutputFolder, as name: String, type: ElementType, manifest: Manifest, labels: RoleTable,
    options: VectorsOptions,
    assistant: [Double]? = nil
  ) throws {
    try VectorsFile(means: self, manifest: manifest, labels: labels, options: options, assistantVector: assistant)
      .write(to: try output.file(named: name), type: type)
    try output.write(CountsTable.table(self), to: VectorsRun.countsName)
    output.whenCommitted { [parts] in parts.remove() }
  }

  /// The default's vector in the layers averaged, from a file of its name in the folder `path`, where it has no responses
  /// itself; nil if there is none.
  func assistantVector(
    besides path: String, _ options: VectorsOptions, _ log: RunLog
  ) throws -> (path: String, values: [Double])? {
    guard let source = try RoleSources.assistant(besides: path, options.assistantName) else { return nil }
    if assistant != nil {
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
