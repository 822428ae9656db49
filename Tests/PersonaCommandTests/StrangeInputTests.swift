import Foundation
import TestSupport
import Testing

/// What is no file, or may not be read, in the place of an input: an error that names it, and no wait.
@Suite struct StrangeInputTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    #expect(
      try PersonaCommand.run(
        ["synth", "-o", folder("dump"), "-q", "--roles", "12", "--dimensions", "32", "--conversations", "3"]
      ).status == 0)
  }

  private enum Thing: String, CaseIterable {
    case pipe, folder, loop, danglingLink
  }

  private func put(_ thing: Thing, at path: String) throws {
    try? FileManager.default.removeItem(atPath: path)
    switch thing {
    case .pipe: #expect(unsafe mkfifo(path, 0o600) == 0)
    case .folder: try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    case .loop: #expect(unsafe symlink(path, path) == 0)
    case .danglingLink: #expect(unsafe symlink(path + "-is-not-there", path) == 0)
    }
  }

  @Test func inPlaceOfAFileThatIsNamed() throws {
    for thing in Thing.allCases {
      let path = folder("x.safetensors")
      try put(thing, at: path)
      for command in [
        "convert '\(path)' -o '\(folder("out.npy"))'", "inspect '\(path)'", "fit '\(path)' -o '\(folder("out"))'",
        "drift '\(path)' -o '\(folder("out"))'",
      ] {
        let outcome = try PersonaCommand.shell("exec \"$PERSONA\" \(command)", seconds: 30)
        #expect([65, 66, 74].contains(outcome.status) || thing == .folder, "\(thing) \(command): \(outcome.status)")
        #expect(outcome.status == 0 || outcome.complaint.contains(path), "\(thing) \(command): \(outcome.complaint)")
        #expect(![124, 137].contains(outcome.status), "\(thing) \(command) hangs")
      }
      #expect(!FileManager.default.fileExists(atPath: folder("out")))
    }
  }

  /// A name from a file must not turn the line around it or make new ones.
  @Test func namesThatSteerATerminalAreShownHarmless() throws {
    let header = #"{"a\u202eb\u001b[31m":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
    let path = try folder.write(safetensors(header, floatBytes([1])), to: "named/default.safetensors")
    try folder.write(#"{"model": "m\u202e\u0007", "pooling": "p\u001b"}"#, to: "named/manifest.json")
    for input in [path, folder("named")] {
      let outcome = try PersonaCommand.run(["inspect", input])
      #expect(outcome.status == 0, "\(outcome.complaint)")
      #expect(!outcome.output.unicodeScalars.contains { "\u{202E}\u{7}\u{1B}".unicodeScalars.contains($0) })
    }
  }

  @Test func inPlaceOfAFileOfADump() throws {
    for name in ["default.safetensors", "roles.csv", "manifest.json"] {
      let path = folder("dump/\(name)")
      let kept = try Data(contentsOf: URL(fileURLWithPath: path))
      for thing in Thing.allCases {
        try put(thing, at: path)
        let outcome = try PersonaCommand.shell(
          "exec \"$PERSONA\" analyze '\(folder("dump"))' -o '\(folder("out"))' -q", seconds: 30)
        // A folder called default.safetensors is no vector, which the dump then lacks.
        let isLacking = name.hasPrefix("default") && thing == .folder
        #expect(
          [65, 66, 74].contains(outcome.status) && isLacking == (outcome.status == 65),
          "\(name), \(thing): \(outcome.status)")
        #expect(outcome.complaint.contains(isLacking ? "no default Assistant" : path), "\(outcome.complaint)")
        #expect(!FileManager.default.fileExists(atPath: folder("out")))
      }
      try FileManager.default.removeItem(atPath: path)
      try kept.write(to: URL(fileURLWithPath: path))
    }
  }

  @Test(.enabled(if: Unprivileged.isPossible, "\(Unprivileged.absence)")) func aFileThatMayNotBeRead() throws {
    #expect(unsafe chmod(folder.path, 0o777) == 0)
    let vectors = try FileManager.default.contentsOfDirectory(atPath: folder("dump/vectors")).sorted()
    for name in ["default.safetensors", "vectors/\(vectors[0])", "manifest.json", "roles.csv"] {
      #expect(unsafe chmod(folder("dump/\(name)"), 0) == 0)
      let outcome = try Unprivileged.shell("\"$PERSONA\" analyze '\(folder("dump"))' -o '\(folder("out"))' -q")
      #expect(outcome.status == 74, "\(name): \(outcome.complaint)")
      #expect(outcome.complaint.contains("\(name): cannot open: Permission denied"), "\(outcome.complaint)")
      #expect(!FileManager.default.fileExists(atPath: folder("out")))
      #expect(unsafe chmod(folder("dump/\(name)"), 0o644) == 0)
    }
  }
}
