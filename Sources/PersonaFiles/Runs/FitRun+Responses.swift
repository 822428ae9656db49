internal import FoundationEssentials
internal import TensorFiles

extension FitRun {
  /// The means of responses that a fit takes for role vectors.
  struct Averaged {
    let means: ResponseMeans.Result
    let sources: RoleSources

    /// The files of the means, which are no inputs.
    var paths: Set<String> { Set(means.all.map { means.parts.path(of: $0) }) }

    /// The responses behind each vector.
    var counts: [String: Int] {
      Dictionary(means.all.filter(\.isUsed).map { ($0.role, $0.counts.kept) }) { first, _ in first }
    }
  }

  /// Averages the responses of the dump, and writes the vectors and the counts to `output` as well.
  func average(_ manifest: Manifest, _ labels: RoleTable, into output: OutputFolder) async throws -> Averaged {
    guard fileKind(path) == .folder else {
      throw FileError(path: path, fault: ResponseFault.noActivations(found: [lastComponent(path)]))
    }
    var settings = options.responses ?? VectorsOptions()
    (settings.layers, settings.rowLayers) = (options.layers, options.rowLayers)
    (settings.assistantName, settings.skipsNonFinite) = (options.assistantName, options.skipsNonFinite)
    settings.threads = options.threads
    let means = try await ResponseMeans(path: path, manifest: manifest, options: settings, log: log)
      .run(besides: "\(output.path)/\(Self.responseOutputs[0])")
    if !means.leftOut.isEmpty {
      log.note(
        "left out, with fewer than \(means.minimum) responses: \(listed(means.leftOut.map(\.role), most: 20))")
    }
    guard means.roles.count >= 2 else {
      throw FileError(
        path: path,
        fault: ResponseFault.tooFewRoles(
          left: means.roles.count, minimum: means.minimum, leftOut: means.leftOut.map(\.role)))
    }
    let sources = try RoleSources(
      averaged: means.roles.map { VectorSource(name: $0.role, path: means.parts.path(of: $0), tensor: "vector") },
      assistant: means.assistant.map {
        VectorSource(name: $0.role, path: means.parts.path(of: $0), tensor: "vector")
      }, dump: path, assistantName: options.assistantName)
    let beside = try means.assistant == nil ? means.assistantVector(besides: path, name: options.assistantName) : nil
    try means.write(
      to: output, as: Self.responseOutputs[0], type: .float64, manifest: manifest, labels: labels,
      options: settings, assistant: beside)
    return Averaged(means: means, sources: sources)
  }

  /// The responses behind each vector of a file of averaged responses; none of other files.
  static func counts(inFile path: String) throws -> [String: Int] {
    guard fileKind(path) == .file else { return [:] }
    let file = try TensorFile(path: path)
    let metadata = Dictionary(file.metadata.map { ($0.key, $0.value) }) { first, _ in first }
    guard metadata["format"] == vectorsFormat, let names = metadata["roles"], let counts = metadata["counts"],
      let roles = try? JSONDecoder().decode([String].self, from: Data(names.utf8)),
      let numbers = try? JSONDecoder().decode([Int].self, from: Data(counts.utf8)), roles.count == numbers.count
    else { return [:] }
    var result = Dictionary(zip(roles, numbers)) { first, _ in first }
    if let count = file.tensors.first(where: { $0.name == "default_count" }) {
      result["default"] = try file.read(count).first.flatMap { Int(exactly: $0) }
    }
    return result
  }
}
