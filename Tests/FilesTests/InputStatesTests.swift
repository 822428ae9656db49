import Files
import Foundation
import TestSupport
import Testing

/// A run that looks at its inputs more than once is of one state of them, or an error.
@Suite struct InputStatesTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(Array("{}".utf8), to: "a.json")
  }

  private func rewrite(_ text: String) throws {
    // Later than the file's own time by more than its clock's resolution.
    usleep(20_000)
    try folder.write(Array(text.utf8), to: "a.json")
  }

  private func expectChange(_ name: String, _ body: () throws -> Void) throws {
    let error = try #require(throws: FileError.self) { try body() }
    #expect(error.path == folder(name) && error.fault.category == .readWrite)
  }

  @Test func aFileThatIsRewrittenBetweenTwoReadsIsAnError() throws {
    try InputStates.$current.withValue(InputStates()) {
      #expect(try readFile(folder("a.json")) == Array("{}".utf8))
      #expect(try readFile(folder("a.json")) == Array("{}".utf8))
      try rewrite("[]")
      try expectChange("a.json") { _ = try readFile(folder("a.json")) }
    }
    // A run that begins now reads what is there.
    let found = try InputStates.$current.withValue(InputStates()) { try readFile(folder("a.json")) }
    #expect(found == Array("[]".utf8))
  }

  @Test func aFileThatIsRemovedWasNotMissing() throws {
    let states = InputStates()
    try InputStates.$current.withValue(states) {
      _ = try readFile(folder("a.json"))
      #expect(unsafe unlink(folder("a.json")) == 0)
      try expectChange("a.json") { _ = try readFile(folder("a.json")) }
      try expectChange("a.json") { try states.checkUnchanged() }
    }
  }

  @Test func aFileThatAppearsIsSeenInTheEnd() throws {
    let states = InputStates()
    try InputStates.$current.withValue(states) {
      #expect(fileKind(folder("manifest.json")) == .missing)
      try states.checkUnchanged()
      try folder.write(Array("{}".utf8), to: "manifest.json")
      try expectChange("manifest.json") { try states.checkUnchanged() }
    }
  }

  @Test func whatTheRunItselfMakesIsNoInput() throws {
    let states = InputStates()
    try InputStates.$current.withValue(states) {
      let parts = try IntermediateFolder(path: folder("parts"))
      #expect(fileKind(folder("parts/x")) == .missing)
      for text in ["one", "two and more"] {
        let file = try parts.file(named: "x")
        try file.write(text)
        try file.commit(isFlushed: false)
        #expect(try readFile(folder("parts/x")) == Array(text.utf8))
      }
      try states.checkUnchanged()
    }
  }

  @Test func withoutARunNothingIsHeld() throws {
    _ = try readFile(folder("a.json"))
    try rewrite("[]")
    #expect(try readFile(folder("a.json")) == Array("[]".utf8))
  }
}
