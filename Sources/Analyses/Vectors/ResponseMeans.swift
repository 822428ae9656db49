internal import Dumps
internal import Files
internal import LinearAlgebra
internal import Statistics
internal import Synchronization
internal import TensorFiles

/// Averages the responses of every role of a dump, each file once and in its own order, and keeps the means as parts.
struct ResponseMeans: Sendable {
  let path: String
  let manifest: Manifest
  let options: VectorsOptions
  let log: RunLog

  /// Averages, with parts beside the file `output`.
  ///
  /// - Parameter check: throws if the vectors would be of no use; it gets the number of roles and of dimensions before a response is read.
  func run(
    besides output: String, after check: (_ roles: Int, _ hiddenSize: Int) throws -> Void = { _, _ in }
  ) async throws -> AveragedResponses {
    let request = try await request()
    try check(request.sources.roles.count, request.first.hiddenSize)
    let parts = try PartsFolder(besides: output)
    let records = try await records(of: request.sources.all, request, parts)
    try checkUnchanged(request.sources)
    return try await adjusted(try await averaged(records, request, parts), request)
  }

  /// Averages the responses of `sources`, some of those of `request`, as far as an earlier run has not done it.
  func records(
    of sources: [ResponseSources.Source], _ request: Request, _ parts: PartsFolder
  ) async throws -> [String: ResponseRecord] {
    let old = try takenOver(parts, request, for: sources)
    let slices = slices(request)
    let waiting = sources.filter { old[$0.role] == nil }
    // Sparse files can claim more together than a number holds.
    let bytes = waiting.reduce(0) { $0 &+ min($1.state.size, 1 << 45) }
    let labels = FileNotes()
    let setting = setting(request, slices, labels, bytes: bytes)
    let jobs = waiting.map { RoleJob($0, isAssistant: $0 == request.sources.assistant, setting: setting) }
    // Before the hours of work in which the last of them would turn out to be damaged.
    for source in waiting { if let scores = source.scores { _ = try ScoreTable(at: scores.path) } }
    let new: [String: ResponseRecord]
    do {
      new = try await average(jobs, slices, parts)
    } catch {
      let done = parts.count(among: sources.map(\.role))
      if done > 0 {
        log.note(
          "\(done) of \(sources.count) roles are done and kept in \(parts.path); the same command goes on from there")
      }
      throw error
    }
    log.report(.init(name: "vectors", done: bytes, all: bytes, unit: .bytes, detail: ""))
    for note in labels.notes { log.note(note) }
    let roles = Set(sources.map(\.role))
    return old.filter { roles.contains($0.key) }.merging(new) { _, new in new }
  }

  /// The records of an earlier run that hold; what is said of them is of `own`.
  private func takenOver(
    _ parts: PartsFolder, _ request: Request, for own: [ResponseSources.Source]
  ) throws -> [String: ResponseRecord] {
    let sources = request.sources
    let (old, changed) = try parts.takeOver(
      sources.all,
      signature: options.signature(
        dump: resolvedPath(path) ?? path, scores: sources.scoresFolder.map { resolvedPath($0) ?? $0 },
        questions: request.questions, rows: request.rows),
      minimum: { Self.minimum($0, request) }, skipsNonFinite: options.skipsNonFinite)
    let done = own.count { old[$0.role] != nil }
    if done > 0 { log.note("goes on from an earlier run: \(done) of \(own.count) roles are done") }
    if changed > 0 { log.note("\(changed) of the roles that were done have changed since, and are read again") }
    return old
  }

  private func slices(_ request: Request) -> [LayerSlice] {
    let first = request.first
    // Other roles may have longer elements than the first: float is allowed for.
    let width = max(SliceReader.encoding(of: first).byteCount, ElementEncoding.float32.byteCount)
    // The means of a role, and the copies of it on the way to its part, are held whole.
    let held = 3 * request.rows.count * first.hiddenSize * MemoryLayout<Double>.size
    return LayerSlice.plan(
      request.rows, rowBytes: first.hiddenSize * (first.elementType ?? .float64).byteCount,
      heldPerRow: first.hiddenSize
        * (ColumnMoments.bytesPerColumn + ColumnMoments.group * width
          + (options.imitatesBFloat16 ? BFloat16Mean.bytesPerColumn : 0)),
      threads: options.threads, memory: max(options.memory - held, 0))
  }

  private func setting(
    _ request: Request, _ slices: [LayerSlice], _ labels: FileNotes, bytes: Int
  ) -> RoleJob.Conditions {
    let done = Mutex(0)
    return RoleJob.Conditions(
      options: options, rows: request.rows, layers: request.layers, hiddenSize: request.first.hiddenSize,
      shape: [request.first.rows, request.first.hiddenSize], reference: request.reference,
      questions: request.questions, isScored: request.isScored, minimum: request.minimum, slices: slices, labels: labels
    ) { [log] count, role in
      let all = done.withLock { done in
        // Sparse files can claim more together than a number holds.
        done = min(done, bytes) + min(count, bytes)
        return done
      }
      log.report(.init(name: "vectors", done: min(all, bytes - 1), all: bytes, unit: .bytes, detail: role))
    }
  }

  /// Throws if a file is not as it was when it was found.
  func checkUnchanged(_ sources: ResponseSources) throws {
    for source in sources.all where try FileState(ofAll: source.path) != source.state {
      throw FileError(path: source.path, fault: AccessFault.changed)
    }
    for scores in sources.all.compactMap(\.scores) where try FileState(of: scores.path) != scores.state {
      throw FileError(path: scores.path, fault: AccessFault.changed)
    }
  }

  /// What was averaged, by the records of all roles, or of some.
  func averaged(
    _ records: [String: ResponseRecord], _ request: Request, _ parts: PartsFolder
  ) async throws -> AveragedResponses {
    let sources = request.sources
    let assistant = sources.assistant.flatMap { records[$0.role] }
    if let assistant, !assistant.isUsed, let source = sources.assistant {
      throw FileError(path: source.path, fault: VectorsFault.emptyDefault(assistant.counts))
    }
    var means = AveragedResponses(
      assistant: assistant, roles: sources.roles.compactMap { records[$0.role] },
      shape: .init(
        layers: request.layers, rows: request.rows, rowCount: request.first.rows, hiddenSize: request.first.hiddenSize),
      isScored: request.isScored, minimum: request.minimum, questions: request.questions, parts: parts)
    let used = Set(means.roles.map(\.role))
    let scores = try await digests(
      of: sources.roles.filter { used.contains($0.role) }.compactMap { $0.scores?.path },
      relativeTo: responsesRoot(of: path), threads: options.threads)
    means.inputs = (means.used.map { InputDigest($0) } + scores).sorted { $0.path < $1.path }
    return means
  }

  private enum AveragingStep: Sendable {
    case open(RoleJob)
    case sum(RoleJob, LayerSlice)
  }

  /// Runs all slices of all jobs. While some are at the slices of a role another opens the next role's file.
  private func average(
    _ jobs: [RoleJob], _ slices: [LayerSlice], _ parts: PartsFolder
  ) async throws -> [String: ResponseRecord] {
    var items: [AveragingStep] = jobs.prefix(1).map { .open($0) }
    for (index, job) in jobs.enumerated() {
      if index + 1 < jobs.count { items.append(.open(jobs[index + 1])) }
      items += slices.map { .sum(job, $0) }
    }
    let root = responsesRoot(of: path)
    let records: [ResponseRecord?] = try await concurrentMap(items, threads: options.threads) { item in
      switch item {
      case .open(let job):
        try job.prepare()
        return nil
      case .sum(let job, let slice):
        guard let outcome = try job.run(slice) else { return nil }
        let (source, name) = (job.source, job.source.path)
        let record = ResponseRecord(
          role: source.role, path: Paths.relative(name, to: root),
          counts: outcome.counts, isUsed: outcome.mean != nil, xxh3: outcome.digest, state: source.state,
          scoresState: source.scores?.state, part: try outcome.mean.map { try parts.write($0, of: source.role) } ?? "")
        try parts.add(record)
        return record
      }
    }
    return Dictionary(records.compactMap { $0.map { ($0.role, $0) } }) { _, last in last }
  }
}
