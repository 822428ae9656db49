internal import Foundation

/// The built `persona`, run as a user would.
public enum PersonaCommand {
  /// What a run gave.
  public struct Outcome: Sendable {
    /// The exit status; 128 + n for one ended by signal n.
    public let status: Int32
    /// What it printed.
    public let output: String
    /// What it complained of.
    public let complaint: String
  }

  /// The executable, which is built beside the tests.
  public static let path =
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("persona").path

  /// Runs it with `arguments`, and `environment` beside what the tests have.
  public static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
    try run(path, arguments, environment)
  }

  /// Runs the shell's `script`, in which `"$PERSONA"` is the executable; for at most `seconds`, after which the status
  /// is 124 or 137: a hang.
  public static func shell(_ script: String, seconds: Int = 120, environment: [String: String] = [:]) throws -> Outcome
  {
    let variables = environment.merging(["PERSONA": path]) { $1 }
    return try run("/usr/bin/timeout", ["-k", "5", "\(seconds)", "/bin/sh", "-c", script], variables)
  }

  private static func run(
    _ executable: String, _ arguments: [String], _ environment: [String: String]
  ) throws -> Outcome {
    let process = Process()
    let (output, complaint) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    (process.standardOutput, process.standardError) = (output, complaint)
    try process.run()
    // Complaints are short, so the pipe that is read second does not fill up.
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    let complained = complaint.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let signal: Int32 = process.terminationReason == .uncaughtSignal ? 128 : 0
    return Outcome(
      status: signal + process.terminationStatus, output: String(decoding: printed, as: UTF8.self),
      complaint: String(decoding: complained, as: UTF8.self))
  }
}
