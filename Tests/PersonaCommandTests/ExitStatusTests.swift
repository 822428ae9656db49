import Foundation
import TestSupport
import Testing

/// What a user sees when something is wrong: the status, the name of the culprit, the remedy, and nothing left behind.
@Suite struct ExitStatusTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func vector(_ values: [Float], shape: String? = nil) -> [UInt8] {
    safetensors(
      #"{"vector":{"dtype":"F32","shape":[\#(shape ?? "\(values.count)")],"data_offsets":[0,\#(4 * values.count)]}}"#,
      floatBytes(values))
  }

  private func roles(_ vectors: [String: [UInt8]]) throws {
    for (name, bytes) in vectors { try folder.write(bytes, to: "dump/\(name).safetensors") }
  }

  private func expectFailure(_ status: Int32, _ words: [String], _ arguments: String...) throws {
    let outcome = try PersonaCommand.run(arguments)
    #expect(outcome.status == status, "\(outcome.complaint)")
    for word in words { #expect(outcome.complaint.contains(word), "\(outcome.complaint)") }
    #expect(outcome.output.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: folder("out")))
  }

  @Test func anEmptyFolder() throws {
    try FileManager.default.createDirectory(atPath: folder("dump"), withIntermediateDirectories: true)
    try expectFailure(
      66, ["\(folder("dump")): no role vectors here", "found none"], "fit", folder("dump"), "-o", folder("out"))
  }

  @Test func anInputThatIsNotThere() throws {
    try expectFailure(66, ["\(folder("dump")): no such file or folder"], "analyze", folder("dump"), "-o", folder("out"))
  }

  @Test func aFolderWhereAFileIsWanted() throws {
    try roles(["default": vector([1, 2])])
    try expectFailure(66, ["this is a folder, a file is wanted"], "convert", folder("dump"), "-o", folder("out.npy"))
    try expectFailure(
      66, ["this is a folder, where the turns.csv of persona project is wanted"], "drift", folder("dump"), "-o",
      folder("out"))
  }

  @Test func anOutputThatCannotBeMade() throws {
    try roles(["default": vector([1, 2]), "vectors/a": vector([1, 2]), "vectors/b": vector([2, 1])])
    try folder.write("", to: "file")
    try expectFailure(73, ["there is a file of this name"], "fit", folder("dump"), "-o", folder("file/out"))
    try expectFailure(73, ["there is a file of this name"], "fit", folder("dump"), "-o", folder("file"))
  }

  @Test func anOutputThatIsThereOrIsAnInput() throws {
    try roles(["default": vector([3, 2]), "vectors/a": vector([1, 2]), "vectors/b": vector([2, 1])])
    try folder.write("role,group\n", to: "dump/roles.csv")
    try expectFailure(73, ["dump, which is read"], "fit", folder("dump"), "-o", folder("dump"), "--force")
    try folder.write("precious", to: "results/layers.csv")
    try expectFailure(
      73, ["layers.csv: it is there already", "--force"], "fit", folder("dump"), "-o", folder("results"))
    #expect(try PersonaCommand.run(["fit", folder("dump"), "-o", folder("results"), "--force", "-q"]).status == 0)
  }

  @Test func aFullDeviceOnStandardOutputIsAnError() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    try roles(["a": vector([1, 2])])
    process.arguments = ["-c", "'\(PersonaCommand.path)' inspect '\(folder("dump"))' >/dev/full 2>/dev/null"]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 74)
  }

  @Test func aRunThatIsToldToStopLeavesNothing() throws {
    // Large enough to be at work when the signal comes.
    _ = try PersonaCommand.run([
      "synth", "-o", folder("dump"), "-q", "--layer-count", "24", "--dimensions", "1024", "--roles", "120",
      "--conversations", "0",
    ])
    for delay in [30_000, 60_000, 100_000] as [UInt32] {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: PersonaCommand.path)
      process.arguments = ["fit", folder("dump"), "-o", folder("new/out"), "-q"]
      try process.run()
      usleep(delay)
      process.terminate()
      process.waitUntilExit()
      if process.terminationReason == .uncaughtSignal {
        #expect(process.terminationStatus == SIGTERM)
        #expect(!FileManager.default.fileExists(atPath: folder("new")))
      } else {
        // Too quick for the signal: then all of it is there.
        #expect(try PlainTable(folder("new/out/layers.csv")).rows.count == 24)
        try FileManager.default.removeItem(atPath: folder("new"))
      }
    }
  }

  @Test func aSynthThatIsToldToStopLeavesNothing() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: PersonaCommand.path)
    process.arguments = ["synth", "-o", folder("new/dump"), "-q", "--roles", "4000", "--dimensions", "4096"]
    try process.run()
    // Stopped once it has begun to write.
    while process.isRunning, !FileManager.default.fileExists(atPath: folder("new/dump/vectors")) { usleep(1000) }
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGTERM)
    #expect(!FileManager.default.fileExists(atPath: folder("new")))
  }

  @Test func aFaultIsOfTheSameWordsForAnyNumberOfThreads() throws {
    var vectors = ["default": vector([9, 9, 9, 9], shape: "2,2")]
    for name in ["a", "b", "c"] { vectors["vectors/\(name)"] = vector([1, 1, 1, 1], shape: "2,2") }
    try roles(vectors)
    for threads in ["1", "2", "8"] {
      try expectFailure(
        65, ["layer 0: all role vectors are equal"], "fit", folder("dump"), "-o", folder("out"), "--threads", threads)
    }
  }

  @Test func synthReplacesNothingThatItDidNotWrite() throws {
    _ = try PersonaCommand.run(["synth", "-o", folder("dump"), "-q"])
    #expect(try PersonaCommand.run(["synth", "-o", folder("dump"), "-q"]).status == 73)
    #expect(try PersonaCommand.run(["synth", "-o", folder("dump"), "-q", "--force"]).status == 0)
    let mine = try folder.write("mine", to: "dump/notes.txt")
    #expect(try PersonaCommand.run(["synth", "-o", folder("dump"), "-q", "--force"]).status == 73)
    #expect(try String(contentsOfFile: mine, encoding: .utf8) == "mine")
  }

  @Test func wrongUse() throws {
    for arguments in [
      ["fit"], ["fit", "x", "-o", "y", "--layers", "5:3"], ["cap", "s", "t", "-o", "y", "--percentile", "101"],
      ["cap", "s", "t", "-o", "y", "--tau", "1", "--percentile", "25"],
      ["analyze", "x", "-o", "y", "--bootstrap", "-1"],
      ["convert", "x", "-o", "y.txt"], ["frobnicate"], ["cap", "s", "t", "-o", "y", "--tau", "1,1"],
      ["fit", "x", "-o", "y", "--layers", "9223372036854775807"],
      ["fit", "x", "-o", "y", "--row-layers", "0:99999999999"],
    ] {
      let outcome = try PersonaCommand.run(arguments)
      #expect(outcome.status == 64, "\(arguments): \(outcome.complaint)")
    }
  }

  @Test func aCheckThatFailsExitsWithOne() throws {
    // The default beside the roles, off the line on which they differ.
    try roles(["default": vector([0, 5])])
    for i in 0..<12 { try roles(["vectors/r\(i)": vector([Float(i + 1), 0])]) }
    let outcome = try PersonaCommand.run(["fit", folder("dump"), "-o", folder("out"), "--check"])
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("ABSENT"))
  }
}

extension ExitStatusTests {
  /// Products of numbers such as no activation has leave the range of doubles. That is bad data: status 1 is for a check that
  /// was evaluated and failed.
  @Test func numbersThatTheArithmeticDoesNotHold() throws {
    let folder = try TemporaryFolder()
    func write(_ name: String, _ values: [Double]) throws {
      let header = #"{"vector":{"dtype":"F64","shape":[1,\#(values.count)],"data_offsets":[0,\#(8 * values.count)]}}"#
      let bytes = values.flatMap { littleEndian(($0 * 1e100).bitPattern, bytes: 8) }
      try folder.write(safetensors(header, bytes), to: "dump/\(name).safetensors")
    }
    try write("default", [5, 4, 3])
    for (name, values) in [("a", [1.0, 0, 0]), ("b", [0, 1, 0]), ("c", [0, 0, 1]), ("d", [1, 1, 2])] {
      try write("vectors/\(name)", values)
    }
    let fit = try PersonaCommand.run(["fit", folder("dump"), "-o", folder("fit"), "-q"])
    #expect(fit.status == 65, "\(fit.complaint)")
    #expect(fit.complaint.contains("activations between 1e-50 and 1e60 are wanted"))
  }
}
