internal import Analyses
public import ArgumentParser
internal import Dumps
internal import Files
internal import Glibc

/// The options that every verb takes.
struct CommonOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Work on N layers or files at a time (default: the number of processors).", valueName: "N"))
  var threads: Int?

  @Option(help: ArgumentHelp("Start random numbers from N.", valueName: "N"))
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp(
      "Bootstrap replicates for intervals; 0 for none, and no nulls that are drawn.", valueName: "N"))
  var bootstrap = 1000

  @Flag(help: "Print a machine-readable summary instead of tables.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print neither tables nor notes nor progress.")
  var quiet = false

  @Flag(help: "Replace outputs that are there already.")
  var force = false

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads: a number of at least 1 is wanted") }
    if bootstrap < 0 { throw ValidationError("--bootstrap: a number of at least 0 is wanted") }
    if bootstrap > Self.mostSamples {
      throw ValidationError(
        "--bootstrap: \(bootstrap) is found, at most \(Self.mostSamples) are possible; 1000 are enough for intervals of 95 %"
      )
    }
  }

  /// More bootstrap samples add nothing that the data have, and may not fit into memory.
  private static let mostSamples = 100_000

  /// The number of threads in force.
  var threadCount: Int { threads ?? max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// What they say together with the layers.
  func settings(layers: LayerSelection = .all, _ nonFinite: NonFinitePolicy = .error) -> RunSettings {
    var settings = RunSettings()
    (settings.layers, settings.nonFinite) = (layers, nonFinite)
    (settings.replicates, settings.seed, settings.threads) = (bootstrap, seed, threadCount)
    return settings
  }

  func settings(_ layer: LayerOptions) -> RunSettings { settings(layers: layer.layers, layer.nonfinite) }

  var log: RunLog { Console.log(quiet: quiet) }

  /// Prints `table`, or `summary` with --json; neither with --quiet.
  func report(_ summary: some Encodable, table: () -> String) throws {
    if json {
      try Console.say(try encodeJSON(summary, keys: .ofColumns))
    } else if !quiet {
      try Console.say(narrowed(table()))
    }
  }
}

/// The output folder.
struct OutputOption: ParsableArguments {
  @Option(name: .shortAndLong, help: ArgumentHelp("The folder to write to; it is made if need be.", valueName: "OUT"))
  var output: String

  /// Runs `body` with the folder, and puts what it wrote in place: all of it, or nothing if it throws.
  ///
  /// The folder is checked before any work is done: it can be made, and nothing would be lost.
  ///
  /// - Parameters:
  ///   - possible: the files that may be written; those that an earlier run left and this one does not write are removed.
  ///   - inputs: what is read.
  ///   - stale: files that are removed if they are not written, though this verb never writes them.
  /// - Returns: what `body` gives, and the names of the files written.
  func write<Result>(
    _ possible: [String], _ common: CommonOptions, inputs: [String], removing stale: [String] = [],
    _ body: (OutputFolder) async throws -> Result
  ) async throws -> (result: Result, files: [String]) {
    try await Self.write(to: output, possible, common, inputs: inputs, removing: stale, body)
  }

  /// The same in the folder `path`.
  static func write<Result>(
    to path: String, _ possible: [String], _ common: CommonOptions, inputs: [String], removing stale: [String] = [],
    _ body: (OutputFolder) async throws -> Result
  ) async throws -> (result: Result, files: [String]) {
    for input in inputs where fileKind(input) == .missing {
      throw FileError(path: input, fault: AccessFault.nothing(at: input))
    }
    try checkOutput(path, against: inputs)
    let folder = try OutputFolder(path: path, names: possible, replacing: common.force, inputs: inputs)
    let result = try await body(folder)
    let files = folder.names
    try InputStates.current?.checkUnchanged()
    try folder.commit(removing: (possible + stale).filter { !files.contains($0) })
    // A report of the tables that were there before would pass for one of these.
    let page = "\(path)/\(ReportRun.page)"
    if !possible.contains(ReportRun.page), fileKind(page) == .file {
      common.log.note("\(page) is of the tables before these: persona report \(path) --force makes it again")
    }
    return (result, files)
  }

  /// The last line of what a verb prints.
  func written(_ files: [String]) -> String { "Written to \(output): \(files.joined(separator: ", "))" }
}

/// Which layers are read, and what is done with values that are not finite.
struct LayerOptions: ParsableArguments {
  // Unconditional: layer numbers may begin with a minus.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Layers: all, 16, 8:24 (half-open), or several with commas.", valueName: "LAYERS"))
  var layers = LayerSelection.all

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The layer numbers of the rows in the files, where no manifest says them: 16, 28:32, -1:32.",
      valueName: "LAYERS"))
  var rowLayers: LayerSelection?

  @Option(help: ArgumentHelp("The tensor to take from files that hold several.", valueName: "NAME"))
  var tensor: String?

  @Option(help: "What to do with NaN and infinite values: stop, or leave out the vectors they are in.")
  var nonfinite = NonFinitePolicy.error

  @Option(
    name: .customLong("void"),
    help: ArgumentHelp("What raw elements of two bytes (|V2, int16, uint16) stand for.", valueName: "TYPE"))
  var void: VoidType?

  func validate() throws {
    if rowLayers == .all { throw ValidationError("--row-layers: layer numbers are wanted") }
  }
}

extension NonFinitePolicy: ExpressibleByArgument {}

/// A verb that reads activations.
protocol ActivationReader: SendableMetatype {
  var layer: LayerOptions { get }
}
