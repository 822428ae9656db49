import Files
import Foundation
import TensorFiles
import TestSupport
import Testing

@Suite struct OutputTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func aFileAppearsWhenItIsCommitted() throws {
    try folder.write("old", to: "x")
    let file = try OutputFile(path: folder("x"))
    try file.write("new")
    #expect(try String(contentsOfFile: folder("x"), encoding: .utf8) == "old")
    try file.commit()
    #expect(try String(contentsOfFile: folder("x"), encoding: .utf8) == "new")
    #expect(try folder.contents() == ["x"])
  }

  @Test func whatIsNotCommittedLeavesNothing() throws {
    do {
      let output = try OutputFolder(path: folder("out"), names: ["a"], replacing: false)
      try output.write("text", to: "a")
    }
    let left = try folder.contents()
    #expect(left == [])
  }

  @Test func foldersOnTheWayAreMadeAndTakenBack() throws {
    do {
      let output = try OutputFolder(path: folder("a/b/c"), names: [], replacing: false)
      try output.write("text", to: "x")
      #expect(FileManager.default.fileExists(atPath: folder("a/b/c")))
    }
    let left = try folder.contents()
    #expect(left == [])
  }

  @Test func refusesToReplaceUnlessTold() throws {
    try folder.write("old", to: "out/a")
    let error = #expect(throws: FileError.self) {
      try OutputFolder(path: folder("out"), names: ["a"], replacing: false)
    }
    #expect(try #require(error).fault.category == .cannotCreate)
    let output = try OutputFolder(path: folder("out"), names: ["a"], replacing: true)
    try output.write("new", to: "a")
    try output.commit()
    #expect(try String(contentsOfFile: folder("out/a"), encoding: .utf8) == "new")
  }

  @Test func neverWritesOverAnInput() throws {
    let input = try folder.write("data", to: "out/space.safetensors")
    for inputs in [[input], [folder("out")]] {
      let error = #expect(throws: FileError.self) {
        try OutputFolder(path: folder("out"), names: ["space.safetensors"], replacing: true, inputs: inputs)
      }
      #expect("\(try #require(error))".contains("one of the files that are read"))
    }
    #expect(try String(contentsOfFile: input, encoding: .utf8) == "data")
  }

  @Test func aFileWhereAFolderIsWantedIsNamed() throws {
    try folder.write("", to: "out")
    let error = #expect(throws: FileError.self) { try OutputFolder(path: folder("out"), names: [], replacing: true) }
    #expect("\(try #require(error))".contains("there is a file of this name"))
  }

  @Test func inputsOfOtherKindsAreNamed() throws {
    let cases: [(String, FaultCategory, String)] = [
      (folder("missing.pt"), .notFound, "no such file"), (folder.path, .notFound, "this is a folder"),
    ]
    for (path, category, words) in cases {
      let error = try #require(#expect(throws: FileError.self) { try TensorFile(path: path) })
      #expect(error.fault.category == category && "\(error)".contains(words))
    }
    #expect(unsafe mkfifo(folder("pipe.pt"), 0o600) == 0)
    #expect(throws: FileError.self) { try TensorFile(path: folder("pipe.pt")) }
    let text = try folder.write("hello, world", to: "x.pt")
    let error = try #require(#expect(throws: FileError.self) { try TensorFile(path: text) })
    #expect("\(error)".contains("68 65 6c 6c"))
  }
}
