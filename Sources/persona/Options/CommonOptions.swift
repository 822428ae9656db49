internal import Analyses
internal import ArgumentParser
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
  }

  /// The number of threads in force.
  var threadCount: Int { threads ?? max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  var log: RunLog { Console.log(quiet: quiet) }

  /// Prints `table`, or `summary` with --json; neither with --quiet.
  func report(_ summary: some Encodable, table: () -> String) throws {
    if json {
      try Console.say(try encodeJSON(summary))
    } else if !quiet {
      try Console.say(table())
    }
  }
}

/// The output folder.
struct OutputOption: ParsableArguments {
  @Option(name: .shortAndLong, help: ArgumentHelp("The folder to write to; it is made if need be.", valueName: "OUT"))
  var output: String

  /// The folder, checked before any work is done: it can be made, and nothing would be lost.
  func folder(_ names: [String], _ common: CommonOptions, inputs: [String]) throws -> OutputFolder {
    try Self.folder(output, names, common, inputs: inputs)
  }

  /// The folder `path`, checked in the same way.
  static func folder(
    _ path: String, _ names: [String], _ common: CommonOptions, inputs: [String]
  ) throws -> OutputFolder {
    for input in inputs where fileKind(input) == .missing {
      throw FileError(path: input, fault: AccessFault.missing)
    }
    try checkOutput(path, against: inputs)
    return try OutputFolder(path: path, names: names, replacing: common.force, inputs: inputs)
  }
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

  func validate() throws {
    if rowLayers == .all { throw ValidationError("--row-layers: layer numbers are wanted") }
  }
}

enum NonFinitePolicy: String, ExpressibleByArgument, CaseIterable {
  case error, skip
}
