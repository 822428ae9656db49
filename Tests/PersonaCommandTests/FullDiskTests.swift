import Foundation
import TestSupport
import Testing

/// A disk that is full at any one of a run's writes: an error that names the file, and no output lost or cut short.
@Suite struct FullDiskTests {
  private let folder: TemporaryFolder
  private let outputs: OldAndNewOutputs

  init() throws {
    folder = try TemporaryFolder()
    outputs = try OldAndNewOutputs(in: folder)
  }

  @Test(.enabled(if: FailingCalls.isPossible, "\(FailingCalls.absence)"), arguments: FailingCalls.Call.allCases)
  func everyCallOverAnOlderOutput(_ call: FailingCalls.Call) throws {
    let calls = try FailingCalls()
    var number = 1
    while true {
      try outputs.putOld(in: folder("out"))
      let (outcome, isHit) = try calls.run(
        ["analyze", outputs.dump, "-o", folder("out"), "-q", "--force"], failing: call, number: number)
      let found = try folderBytes(folder("out"))
      if !isHit {
        #expect(outcome.status == 0 && found == outputs.new, "\(outcome.complaint)")
        break
      }
      expectComplaint(outcome, "\(call) \(number)")
      if call == .rename {
        // Those before the one that fails have replaced the old.
        expectOldOrNew(found)
      } else {
        #expect(found == outputs.old, "\(call) \(number)")
      }
      number += 1
    }
    #expect(number > outputs.new.count, "every file was reached")
  }

  @Test(.enabled(if: FailingCalls.isPossible, "\(FailingCalls.absence)"), arguments: FailingCalls.Call.allCases)
  func everyCallIntoAFolderThatIsNew(_ call: FailingCalls.Call) throws {
    let calls = try FailingCalls()
    for number in 1... {
      let (outcome, isHit) = try calls.run(
        ["analyze", outputs.dump, "-o", folder("fresh/out"), "-q"], failing: call, number: number)
      if !isHit {
        #expect(outcome.status == 0 && number > outputs.new.count, "\(outcome.complaint)")
        #expect(try folderBytes(folder("fresh/out")) == outputs.new)
        break
      }
      expectComplaint(outcome, "\(call) \(number)")
      if call == .rename, number > 1 {
        for (name, bytes) in try folderBytes(folder("fresh/out")) { #expect(outputs.new[name] == bytes, "\(name)") }
        try FileManager.default.removeItem(atPath: folder("fresh"))
      } else {
        #expect(!FileManager.default.fileExists(atPath: folder("fresh")), "\(call) \(number)")
      }
    }
  }

  @Test(.enabled(if: FailingCalls.isPossible, "\(FailingCalls.absence)"), arguments: FailingCalls.Call.allCases)
  func everyCallOfAConversion(_ call: FailingCalls.Call) throws {
    let calls = try FailingCalls()
    let input = "\(outputs.dump)/default.safetensors"
    for number in 1... {
      try folder.write("old", to: "single/x.npy")
      let (outcome, isHit) = try calls.run(
        ["convert", input, "-o", folder("single/x.npy"), "-q", "--force"], failing: call, number: number)
      if !isHit {
        #expect(outcome.status == 0 && number > 1)
        break
      }
      expectComplaint(outcome, "\(call) \(number)")
      #expect(try folderBytes(folder("single")) == ["x.npy": Array("old".utf8)])
    }
  }

  @Test(arguments: [0, 1, 2, 4, 8, 16]) func aLimitOnFileSizes(_ blocks: Int) throws {
    try outputs.putOld(in: folder("out"))
    let outcome = try PersonaCommand.shell(
      "ulimit -f \(blocks); exec \"$PERSONA\" analyze '\(outputs.dump)' -o '\(folder("out"))' -q --force")
    let found = try folderBytes(folder("out"))
    if outcome.status == 0 {
      #expect(found == outputs.new)
    } else {
      #expect(outcome.status == (blocks == 0 ? 73 : 74), "\(outcome.complaint)")
      #expect(outcome.complaint.contains("File too large") && outcome.complaint.contains(folder("out")))
      #expect(found == outputs.old)
    }
  }

  @Test(.enabled(if: Unprivileged.isPossible, "\(Unprivileged.absence)"))
  func aFolderThatMayNotBeWrittenTo() throws {
    try outputs.putOld(in: folder("out"))
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder("out"))
    defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder("out")) }
    for output in ["out", "out/below"] {
      let outcome = try Unprivileged.shell(
        "\"$PERSONA\" analyze '\(outputs.dump)' -o '\(folder(output))' -q --force")
      #expect(outcome.status == 73, "\(outcome.complaint)")
      #expect(outcome.complaint.contains(folder(output)) && outcome.complaint.contains("Permission denied"))
    }
    #expect(try folderBytes(folder("out")) == outputs.old)
  }

  private func expectComplaint(_ outcome: PersonaCommand.Outcome, _ moment: String) {
    #expect([73, 74].contains(outcome.status), "\(moment): \(outcome.complaint)")
    #expect(outcome.complaint.contains(folder.path), "\(moment): \(outcome.complaint)")
    #expect(outcome.complaint.contains("No space left on device"), "\(moment): \(outcome.complaint)")
  }

  private func expectOldOrNew(_ found: [String: [UInt8]]) {
    #expect(Set(found.keys) == Set(outputs.old.keys))
    for (name, bytes) in found { #expect(bytes == outputs.old[name] || bytes == outputs.new[name], "\(name)") }
  }
}
