import Foundation
import TestSupport
import Testing

/// Two runs into one folder: the second says who holds it, and takes over from one that is dead.
@Suite struct OutputLockTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    #expect(
      try PersonaCommand.run(
        ["synth", "-o", folder("dump"), "-q", "--roles", "12", "--dimensions", "32", "--conversations", "3"]
      ).status == 0)
  }

  private func fit(_ output: String) throws -> PersonaCommand.Outcome {
    try PersonaCommand.run(["fit", folder("dump"), "-o", folder(output), "-q"])
  }

  @Test func theSecondRunSaysWhoHoldsTheFolder() throws {
    let first = Process()
    first.executableURL = URL(fileURLWithPath: PersonaCommand.path)
    first.arguments = ["synth", "-o", folder("big"), "-q", "--roles", "4000", "--dimensions", "512"]
    try first.run()
    defer {
      first.terminate()
      first.waitUntilExit()
    }
    while first.isRunning, !FileManager.default.fileExists(atPath: folder("big/.persona.lock")) { usleep(1000) }
    for arguments in [["fit", folder("dump"), "-o", folder("big")], ["synth", "-o", folder("big"), "--force"]] {
      let second = try PersonaCommand.run(arguments)
      #expect(second.status == 73)
      #expect(second.complaint.contains("process \(first.processIdentifier) on "), "\(second.complaint)")
      #expect(second.complaint.contains(" UTC; wait until it ends, or give another -o"), "\(second.complaint)")
      #expect(second.complaint.contains(folder("big")))
    }
  }

  @Test func aLockFileWhoseHolderIsDeadIsTakenOver() throws {
    try folder.write("process 1 on elsewhere, since 2000-01-01 00:00:00 UTC\n", to: "out/.persona.lock")
    try folder.write("half", to: "out/.persona-1-1.tmp")
    #expect(try fit("out").status == 0)
    #expect(try !folderBytes(folder("out")).keys.contains { $0.hasPrefix(".") })
  }

  @Test func aLockThatIsHeldIsRespectedUntilItIsGivenUp() throws {
    let lock = try folder.write("", to: "out/.persona.lock")
    let descriptor = unsafe open(lock, O_RDWR)
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    let outcome = try fit("out")
    #expect(outcome.status == 73 && outcome.complaint.contains("another run writes to this folder;"))
    #expect(try folder.contents().contains("out"))
    close(descriptor)
    #expect(try fit("out").status == 0)
  }

  @Test func aTemporaryFileThatIsHeldIsLeft() throws {
    let held = try folder.write("half", to: "out/.persona-1-1.tmp")
    let descriptor = unsafe open(held, O_RDWR)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    #expect(try fit("out").status == 0)
    #expect(FileManager.default.fileExists(atPath: held))
  }

  @Test func aRunThatFailsLeavesNoLock() throws {
    try folder.write("old", to: "out/layers.csv")
    #expect(try fit("out").status == 73)
    #expect(try folderBytes(folder("out")) == ["layers.csv": Array("old".utf8)])
    #expect(try PersonaCommand.run(["fit", folder("dump"), "-o", folder("new"), "--default", "nobody"]).status == 65)
    #expect(!FileManager.default.fileExists(atPath: folder("new")))
  }

  @Test(.enabled(if: Unprivileged.isPossible, "\(Unprivileged.absence)"))
  func anotherUsersLockIsNamedHeldOrLeft() throws {
    let lock = try folder.write("process 7 on elsewhere, since yesterday\n", to: "out/.persona.lock")
    let descriptor = unsafe open(lock, O_RDWR)
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    #expect(unsafe chmod(folder(""), 0o755) == 0 && chmod(folder("out"), 0o777) == 0)
    #expect(unsafe chmod(lock, 0o444) == 0)
    let command = "\"$PERSONA\" fit '\(folder("dump"))' -o '\(folder("out"))' -q"
    let held = try Unprivileged.shell(command)
    #expect(held.status == 73 && held.complaint.contains("process 7 on elsewhere"), "\(held.complaint)")
    close(descriptor)
    let left = try Unprivileged.shell(command)
    #expect(left.status == 73 && left.complaint.contains("another user's run left it"), "\(left.complaint)")
  }

  @Test func aLockFileThatIsNoFileIsNamed() throws {
    try FileManager.default.createDirectory(
      atPath: folder("out/.persona.lock"), withIntermediateDirectories: true)
    let outcome = try fit("out")
    #expect(outcome.status == 73 && outcome.complaint.contains("out/.persona.lock: cannot lock the folder"))
  }
}
