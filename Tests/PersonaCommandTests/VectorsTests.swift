import Foundation
import TestSupport
import Testing

/// What averaging promises whatever happens: the same bytes for any number of threads, after any kill, in little memory.
@Suite struct VectorsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func dump(_ roles: Int, responses: Int, layers: Int, hiddenSize: Int) throws -> ResponseDump {
    let dump = ResponseDump(in: folder, layers: layers, hiddenSize: hiddenSize)
    for role in 0..<roles {
      try dump.write(role == 0 ? "default" : "role\(role)", responses: responses, seed: UInt64(role))
    }
    return dump
  }

  private func vectors(_ dump: ResponseDump, _ output: String, _ options: [String] = []) throws
    -> PersonaCommand.Outcome
  {
    try PersonaCommand.run(["vectors", dump.path, "-o", folder("\(output)/vectors.safetensors")] + options)
  }

  @Test func anyNumberOfThreadsGivesTheSameBytes() throws {
    let dump = try dump(5, responses: 37, layers: 7, hiddenSize: 1021)
    var first: [String: [UInt8]] = [:]
    for threads in [1, 2, 3, 8] {
      let outcome = try vectors(dump, "out\(threads)", ["--threads", "\(threads)"])
      #expect(outcome.status == 0, "\(outcome.complaint)")
      let found = try folderBytes(folder("out\(threads)"))
      #expect(Set(found.keys) == ["vectors.safetensors", "counts.csv"])
      if first.isEmpty { first = found }
      #expect(found == first, "\(threads) threads")
    }
  }

  /// The roles that the parts' manifest lists.
  private func finished(_ output: String) throws -> [String] {
    struct Role: Decodable { let role: String }
    let path = folder("\(output)/vectors.safetensors.parts/manifest.jsonl")
    guard let bytes = FileManager.default.contents(atPath: path) else { return [] }
    // The last line may be torn.
    return bytes.split(separator: UInt8(ascii: "\n")).dropFirst()
      .compactMap { try? JSONDecoder().decode(Role.self, from: $0).role }
  }

  /// Starts averaging and kills it after `delay` seconds; true if it was still at work.
  private func kill(_ dump: ResponseDump, _ output: String, after delay: Double) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: PersonaCommand.path)
    process.arguments = ["vectors", dump.path, "-o", folder("\(output)/vectors.safetensors"), "-q", "--threads", "2"]
    try process.run()
    usleep(UInt32(delay * 1e6))
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    return process.terminationReason == .uncaughtSignal
  }

  @Test func aKilledRunIsGoneOnWith() throws {
    let dump = try dump(30, responses: 60, layers: 6, hiddenSize: 1024)
    #expect(try vectors(dump, "whole").status == 0)
    let whole = try folderBytes(folder("whole"))
    let start = Date()
    #expect(try vectors(dump, "timed").status == 0)
    let duration = Date().timeIntervalSince(start)
    var (kills, begun) = (0, 0)
    for step in 0..<60 {
      let output = "killed\(step)"
      // Some are killed more than once.
      for attempt in 0...step % 3 {
        let share = Double((step * 7 + attempt * 13) % 60) / 60
        if try kill(dump, output, after: duration * share) { kills += 1 }
      }
      let done = try finished(output)
      begun += done.isEmpty ? 0 : 1
      let present = FileManager.default.fileExists(atPath: folder("\(output)/vectors.safetensors"))
      let outcome = try vectors(dump, output, present ? ["--force"] : [])
      #expect(outcome.status == 0, "\(outcome.complaint)")
      if !done.isEmpty { #expect(outcome.complaint.contains("goes on from an earlier run: \(done.count) of 30 roles")) }
      #expect(try folderBytes(folder(output)) == whole, "after \(done.count) roles")
      #expect(!FileManager.default.fileExists(atPath: folder("\(output)/vectors.safetensors.parts")))
    }
    #expect(kills > 20 && begun > 5, "the signals came while the runs were at work: \(kills), \(begun)")
  }

  /// A dump, and an output with the parts of some of its roles.
  private func interrupted() throws -> (dump: ResponseDump, done: [String]) {
    let dump = try dump(30, responses: 60, layers: 6, hiddenSize: 1024)
    for delay in stride(from: 0.02, to: 2, by: 0.005) {
      guard try kill(dump, "out", after: delay) else { continue }
      let done = try finished("out")
      if done.count > 2 { return (dump, done) }
    }
    Issue.record("no run was killed after two roles")
    return (dump, [])
  }

  @Test func whatChangedIsReadAgain() throws {
    let (dump, done) = try interrupted()
    let (disguised, changed) = (try #require(done.first), try #require(done.last))
    // Other content of the same size, to which the time of the old was given back: that of the file's entry tells.
    let path = "\(dump.path)/activations/\(disguised).safetensors"
    let time = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate]
    let state = try status(of: path)
    try dump.write(disguised, responses: 60, seed: 999)
    var times = [state.st_atim, state.st_mtim]
    #expect(unsafe utimensat(AT_FDCWD, path, &times, 0) == 0)
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date == time as? Date)
    try dump.write(changed, responses: 60, seed: 998)
    let outcome = try vectors(dump, "out")
    #expect(outcome.status == 0 && outcome.complaint.contains("2 of the roles that were done have changed since"))
    #expect(outcome.complaint.contains("goes on from an earlier run: \(done.count - 2) of 30 roles"))
    let fresh = ResponseDump(in: folder, named: "fresh", layers: 6, hiddenSize: 1024)
    for role in 0..<30 {
      let name = role == 0 ? "default" : "role\(role)"
      try fresh.write(name, responses: 60, seed: name == changed ? 998 : name == disguised ? 999 : UInt64(role))
    }
    #expect(try vectors(fresh, "fresh-out").status == 0)
    #expect(try folderBytes(folder("out")) == folderBytes(folder("fresh-out")))
  }

  private func status(of path: String) throws -> stat {
    var status = stat()
    #expect(unsafe stat(path, &status) == 0)
    return status
  }

  @Test func partsOfOtherOptionsAreNotTaken() throws {
    let (dump, _) = try interrupted()
    let outcome = try vectors(dump, "out", ["--layers", "2:4"])
    #expect(outcome.status == 0 && !outcome.complaint.contains("goes on"))
    #expect(try vectors(dump, "fresh", ["--layers", "2:4"]).status == 0)
    #expect(try folderBytes(folder("out")) == folderBytes(folder("fresh")))
  }

  /// A minimum that was too high, and a NaN that stopped a run, do not cost what was done.
  @Test func partsOutlastAnotherMinimumAndAnotherWordOnNaN() throws {
    let dump = try dump(4, responses: 20, layers: 2, hiddenSize: 256)
    try dump.write("few", responses: 5, seed: 50)
    var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: try dump.write("role3", responses: 20, seed: 3))))
    bytes.replaceSubrange(bytes.count - 2..<bytes.count, with: [0xC0, 0x7F])
    try folder.write(bytes, to: "dump/activations/role3.safetensors")
    let stopped = try vectors(dump, "out", ["--min-count", "10", "--threads", "1"])
    #expect(stopped.status == 65 && stopped.complaint.contains("role3.safetensors: pos_p0_q19: NaN at layer 1"))
    #expect(stopped.complaint.contains("4 of 5 roles are done"), "\(stopped.complaint)")
    let outcome = try vectors(dump, "out", ["--nonfinite", "skip"])
    #expect(outcome.status == 0 && outcome.complaint.contains("goes on from an earlier run: 3 of 5 roles"))
    #expect(try vectors(dump, "fresh", ["--nonfinite", "skip"]).status == 0)
    #expect(try folderBytes(folder("out")) == folderBytes(folder("fresh")))
    let counts = try PlainTable(folder("out/counts.csv")).rows
    #expect(counts.first { $0["role"] == "few" }?["status"] == "used")
    #expect(counts.first { $0["role"] == "role3" }?["nonfinite"] == "1")
  }

  @Test func aDamagedPartIsMadeAgain() throws {
    let (dump, done) = try interrupted()
    let part = folder("out/vectors.safetensors.parts/\(try #require(done.first)).safetensors")
    var bytes = try Data(contentsOf: URL(fileURLWithPath: part))
    bytes[bytes.count - 9] ^= 1
    try bytes.write(to: URL(fileURLWithPath: part))
    #expect(try vectors(dump, "out").status == 0)
    #expect(try vectors(dump, "fresh").status == 0)
    #expect(try folderBytes(folder("out")) == folderBytes(folder("fresh")))
  }

  /// The shape of a model of 70 billion parameters, 80 × 8192; the files are zeros but for their headers and the first element of
  /// each vector, as vectors of nothing but zeros are refused.
  @Test func largeModelsTakeLittleMemory() throws {
    let dump = ResponseDump(in: folder, layers: 80, hiddenSize: 8192)
    let header = safetensors(dump.header(responses: 40), [])
    for role in ["default", "a", "b", "c", "d"] {
      let size = header.count + 40 * 2 * 80 * 8192
      let ones = (0..<40 * 80).map { (header.count + $0 * 2 * 8192, [0x80, 0x3F] as [UInt8]) }
      _ = try folder.writeSparse([(0, header)] + ones, size: size, to: "dump/activations/\(role).safetensors")
    }
    for threads in [1, 2, 8] {
      let run = try MeasuredCommand([
        "vectors", dump.path, "-o", folder("out\(threads)/v.safetensors"), "--threads", "\(threads)", "-q",
      ])
      #expect(run.outcome.status == 0, "\(run.outcome.complaint)")
      #expect(run.peakBytes < 120 << 20, "\(threads) threads: \(run.peakBytes >> 20) MB")
    }
  }

  @Test func whatIsWrongIsNamed() throws {
    let dump = try dump(3, responses: 4, layers: 2, hiddenSize: 16)
    func complaint(_ options: [String], status: Int32 = 65) throws -> String {
      let outcome = try vectors(dump, "out", options)
      #expect(outcome.status == status, "\(options): \(outcome.status)")
      #expect(!FileManager.default.fileExists(atPath: folder("out")))
      return outcome.complaint
    }
    #expect(try complaint(["--layers", "7"]).contains("there is no layer 7"))
    #expect(try complaint(["--scores", folder("nowhere")], status: 66).contains("nowhere"))
    #expect(try complaint(["--score", "3"], status: 66).contains("dump/scores: no scores here"))
    #expect(try complaint(["--score", "x"], status: 64).contains("--score"))
    #expect(try complaint(["--tensor", "x"], status: 64).contains("--tensor"))
    try folder.write(#"{"pos_p0_q0": "three"}"#, to: "dump/scores/role1.json")
    let said = try complaint([])
    for words in ["role1.json", "a score is wanted, a number such as 3", "at pos_p0_q0"] {
      #expect(said.contains(words), "\(said)")
    }
    try FileManager.default.removeItem(atPath: folder("dump/scores"))
    let other = ResponseDump(in: folder, layers: 3, hiddenSize: 16)
    try other.write("role2", responses: 4, seed: 1)
    let outcome = try vectors(dump, "out")
    #expect(outcome.status == 65 && outcome.complaint.contains("role2.safetensors: shape [3, 16]"))
    // What was done before that is kept, and gone on with when it is mended.
    #expect(outcome.complaint.contains("of 3 roles are done and kept in \(folder("out/vectors.safetensors.parts"))"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder("out")) == ["vectors.safetensors.parts"])
    try dump.write("role2", responses: 4, seed: 1)
    let mended = try vectors(dump, "out")
    #expect(mended.status == 0 && mended.complaint.contains("goes on from an earlier run"))
    #expect(try PersonaCommand.run(["vectors", folder("nothing"), "-o", folder("v.safetensors")]).status == 66)
    #expect(try PersonaCommand.run(["vectors", dump.path, "-o", folder("v.pt")]).status == 64)
  }
}
