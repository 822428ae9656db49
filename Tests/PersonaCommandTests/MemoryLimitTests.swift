import TestSupport
import Testing

/// Under a memory limit a run ends with its result or with an error that says what to do; it never hangs.
@Suite struct MemoryLimitTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    #expect(try PersonaCommand.run(["synth", "-o", folder("dump"), "-q", "--conversations", "0"]).status == 0)
  }

  @Test(arguments: [150, 180, 220, 250], [1, 8]) func tooLittleForAProductIsAnError(
    _ megabytes: Int, _ threads: Int
  )
    throws
  {
    let outcome = try fit(megabytes: megabytes, threads: threads)
    #expect(outcome.status == 74, "\(outcome.complaint)")
    #expect(outcome.complaint.contains("no memory") && outcome.complaint.contains("ulimit -v"))
    #expect(try folder.contents() == ["dump"])
  }

  @Test func enoughForOneProductIsEnoughForManyThreads() throws {
    let free = try fit(megabytes: nil, threads: 1)
    #expect(free.status == 0)
    let expected = try folderBytes(folder("out"))
    var passed = 0
    for megabytes in stride(from: 400, through: 1600, by: 100) {
      let outcome = try fit(megabytes: megabytes, threads: 8)
      #expect([0, 74].contains(outcome.status), "\(megabytes): \(outcome.complaint)")
      if outcome.status == 0 {
        passed += 1
        #expect(try folderBytes(folder("out")) == expected)
      }
    }
    #expect(passed > 0)
  }

  private func fit(megabytes: Int?, threads: Int) throws -> PersonaCommand.Outcome {
    // OpenBLAS takes a buffer for each processor as it is loaded: with one, limits mean the same on every machine.
    let limit = megabytes.map { "ulimit -v \($0 << 10);" } ?? ""
    return try PersonaCommand.shell(
      "\(limit) exec \"$PERSONA\" fit '\(folder("dump"))' -o '\(folder("out"))' -q --force --threads \(threads)",
      seconds: 60, environment: ["OPENBLAS_NUM_THREADS": "1"])
  }
}
