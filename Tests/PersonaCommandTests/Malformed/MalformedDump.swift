import Foundation
import TestSupport
import Testing

/// A dump whose files are whole and do not mean what they should.
struct MalformedDump: Sendable, CustomTestStringConvertible {
  /// What is wrong, in the words of the list of what must be survived.
  let item: String
  let files: [String: [UInt8]]
  /// The file to be named, or "" for the folder.
  let culprit: String
  let words: [String]
  /// The verb and its options.
  let command: [String]

  init(
    _ item: String, _ files: [String: [UInt8]], blames culprit: String = "", says words: String...,
    command: [String] = ["fit"]
  ) {
    (self.item, self.files, self.culprit, self.words, self.command) = (item, files, culprit, words, command)
  }

  var testDescription: String { item }

  /// Runs the verb on the dump, which must be refused as bad data with nothing left behind.
  func expectRefusal() throws {
    let folder = try TemporaryFolder()
    for (name, bytes) in files { try folder.write(bytes, to: "dump/\(name)") }
    let path = culprit.isEmpty ? folder("dump") : folder("dump/\(culprit)")
    // Quiet: notes on the way to the error are none of this.
    let run = try MeasuredCommand(command + [folder("dump"), "-o", folder("out"), "-q"])
    try expectRefused(run, fileAt: path, saying: words, in: folder)
    #expect(!FileManager.default.fileExists(atPath: folder("out")))
  }
}

/// A safetensors file of one tensor of floats.
func tensorFile(_ values: [Float], named name: String = "vector", shape: [Int]? = nil) -> [UInt8] {
  safetensors(
    #"{"\#(name)":{"dtype":"F32","shape":\#(shape ?? [values.count]),"data_offsets":[0,\#(4 * values.count)]}}"#,
    floatBytes(values))
}
