import Foundation
import TestSupport
import Testing

/// Runs that are ended from outside, at any moment: what is there is whole, and a rerun makes all of it good.
@Suite struct KilledRunTests {
  private let folder: TemporaryFolder
  private let outputs: OldAndNewOutputs

  init() throws {
    folder = try TemporaryFolder()
    outputs = try OldAndNewOutputs(in: folder)
  }

  private var arguments: [String] { ["analyze", outputs.dump, "-o", folder("out"), "-q", "--force"] }

  /// Starts `persona`, sends `signal` after `delay` seconds, and waits for its end.
  private func run(_ arguments: [String], _ signal: Int32, after delay: Double) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: PersonaCommand.path)
    process.arguments = arguments
    try process.run()
    usleep(UInt32(delay * 1e6))
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    return process
  }

  private func isTemporary(_ name: String) -> Bool { (name.split(separator: "/").last ?? "").hasPrefix(".persona") }

  @Test func outputsAreWholeAfterAnyOf200Kills() throws {
    try outputs.putOld(in: folder("out"))
    let start = Date()
    #expect(try PersonaCommand.run(arguments).status == 0)
    let duration = Date().timeIntervalSince(start)
    var random = SplitMix(state: 20)
    var (kills, litter, number) = (0, 0, 0)
    // Some runs end before the signal comes, as they are not equally fast.
    while kills < 200, number < 1_000 {
      number += 1
      try outputs.putOld(in: folder("out"))
      let process = try run(arguments, SIGKILL, after: Double.random(in: 0...duration, using: &random))
      if process.terminationReason == .uncaughtSignal { kills += 1 }
      let found = try folderBytes(folder("out"))
      if found.keys.contains(where: isTemporary) { litter += 1 }
      #expect(Set(found.keys.filter { !isTemporary($0) }) == Set(outputs.old.keys), "kill \(number)")
      for (name, bytes) in found where !isTemporary(name) {
        #expect(bytes == outputs.old[name] || bytes == outputs.new[name], "kill \(number): \(name)")
      }
      if number % 20 == 0 {
        let outcome = try PersonaCommand.run(arguments)
        #expect(outcome.status == 0, "\(outcome.complaint)")
        #expect(try folderBytes(folder("out")) == outputs.new, "kill \(number)")
      }
    }
    #expect(kills == 200 && litter > 5, "the signals came while the runs were at work: \(kills), \(litter)")
  }

  @Test func aSynthThatWasKilledIsMadeAgain() throws {
    let arguments = ["synth", "-o", folder("dump"), "-q", "--roles", "40", "--seed", "3", "--dimensions", "64"]
    let start = Date()
    #expect(try PersonaCommand.run(arguments).status == 0)
    let duration = Date().timeIntervalSince(start)
    let whole = try tree(folder("dump"))
    for step in 0..<10 {
      try FileManager.default.removeItem(atPath: folder("dump"))
      _ = try run(arguments, SIGKILL, after: duration * Double(step) / 10)
      let outcome = try PersonaCommand.run(arguments + ["--force"])
      #expect(outcome.status == 0, "\(outcome.complaint)")
      #expect(try tree(folder("dump")) == whole)
    }
  }

  /// The names in the folder at `path` and below, hidden ones too.
  private func tree(_ path: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
  }

  @Test func aConversionRemovesWhatAKilledOneLeft() throws {
    try folder.write("half", to: "single/.persona-123-1.tmp")
    try folder.write("mine", to: "single/.persona-notes.tmp")
    let input = "\(outputs.dump)/default.safetensors"
    #expect(try PersonaCommand.run(["convert", input, "-o", folder("single/x.npy"), "-q"]).status == 0)
    #expect(try Set(folderBytes(folder("single")).keys) == ["x.npy", ".persona-notes.tmp"])
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP]) func aRunThatIsToldToStopLeavesEverythingOrNothing(_ number: Int32) throws
  {
    let start = Date()
    #expect(try PersonaCommand.run(arguments).status == 0)
    let duration = Date().timeIntervalSince(start)
    try FileManager.default.removeItem(atPath: folder("out"))
    var random = SplitMix(state: UInt64(number))
    for _ in 0..<15 {
      // Not at once: before the program has set its handlers up the signal ends it by itself, which leaves nothing.
      let process = try run(arguments, number, after: Double.random(in: 0...duration, using: &random))
      if FileManager.default.fileExists(atPath: folder("out")) {
        #expect(try folderBytes(folder("out")) == outputs.new)
        try FileManager.default.removeItem(atPath: folder("out"))
      } else {
        #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == number)
      }
    }
  }
}

/// Seeded random numbers (SplitMix64).
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
