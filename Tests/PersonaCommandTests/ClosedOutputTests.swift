import Foundation
import TestSupport
import Testing

/// A reader that has seen enough, as `head` has: the run ends as if by SIGPIPE, without a word.
@Suite struct ClosedOutputTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    #expect(
      try PersonaCommand.run(
        ["synth", "-o", folder("dump"), "-q", "--roles", "12", "--dimensions", "32", "--conversations", "3"]
      ).status == 0)
  }

  @Test(arguments: ["", "trap '' PIPE;"]) func endsQuietly(_ beforehand: String) throws {
    for command in ["inspect '\(folder("dump"))'", "analyze '\(folder("dump"))' -o '\(folder("out"))' --force"] {
      // `true` reads nothing; the wait lets it go before anything is written.
      let outcome = try PersonaCommand.shell(
        "\(beforehand) (sleep 0.2; \"$PERSONA\" \(command) 2>'\(folder("complaint"))'; echo $? >'\(folder("status"))') | true; sleep 1"
      )
      #expect(outcome.output.isEmpty && outcome.complaint.isEmpty)
      try waitForStatus()
      #expect(try String(contentsOfFile: folder("status"), encoding: .utf8) == "141\n")
      #expect(try String(contentsOfFile: folder("complaint"), encoding: .utf8) == "")
      try FileManager.default.removeItem(atPath: folder("status"))
    }
    // The tables were complete before the report was printed.
    #expect(try folderBytes(folder("out")).keys.contains("run.json"))
    #expect(try !folderBytes(folder("out")).keys.contains { $0.hasPrefix(".") })
  }

  @Test func aClosedStandardErrorStopsNothing() throws {
    let outcome = try PersonaCommand.shell(
      "(sleep 0.2; \"$PERSONA\" fit '\(folder("dump"))' -o '\(folder("out"))' 2>&1 >/dev/null; echo $? >'\(folder("status"))') | true"
    )
    #expect(outcome.status == 0)
    try waitForStatus()
    #expect(try String(contentsOfFile: folder("status"), encoding: .utf8) == "0\n")
  }

  private func waitForStatus() throws {
    for _ in 0..<600 where !FileManager.default.fileExists(atPath: folder("status")) { usleep(100_000) }
  }
}
