internal import Foundation

/// A run of the built `persona` with what it took.
public struct MeasuredCommand: Sendable {
  /// What it gave.
  public let outcome: PersonaCommand.Outcome
  /// From its start to its end, in seconds of wall time.
  public let seconds: Double
  /// The most memory it held at once, in resident bytes.
  public let peakBytes: Int
  /// Whether it was killed because it had not ended by itself.
  public let hung: Bool

  /// What a run that did not end is killed after, in seconds.
  public static let hangLimit = 20.0

  /// Runs `persona` with `arguments`.
  public init(_ arguments: [String]) throws {
    let folder = try TemporaryFolder()
    let (meter, report) = (Process(), Pipe())
    meter.executableURL = URL(fileURLWithPath: PersonaCommand.path).deletingLastPathComponent()
      .appendingPathComponent("measured-process")
    meter.arguments =
      ["\(Self.hangLimit)", folder("output"), folder("complaint"), PersonaCommand.path] + arguments
    meter.standardOutput = report
    try meter.run()
    let words = String(decoding: report.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).split(separator: " ")
    meter.waitUntilExit()
    guard words.count == 4, let status = Int32(words[0]), let seconds = Double(words[1]), let peak = Int(words[2])
    else {
      throw MeterFailure(status: meter.terminationStatus)
    }
    // A wait status: the signal in the low seven bits, the exit status in the byte above.
    let signal = status & 0x7F
    outcome = PersonaCommand.Outcome(
      status: signal == 0 ? status >> 8 & 0xFF : 128 + signal,
      output: String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder("output"))), as: UTF8.self),
      complaint: String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder("complaint"))), as: UTF8.self))
    (self.seconds, peakBytes, hung) = (seconds, peak, words[3].hasPrefix("1"))
  }

  /// The measuring process did not do its work.
  public struct MeterFailure: Error {
    /// Its exit status.
    public let status: Int32
  }
}
