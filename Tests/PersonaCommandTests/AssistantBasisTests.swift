import TestSupport
import Testing

/// What `fit` says was resampled behind the default.
@Suite struct AssistantBasisTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes a dump of six roles, and twenty responses of the default under the keys that `key` gives.
  private func writeDump(_ key: (Int) -> String) throws {
    for role in 0..<6 {
      let angle = Float(role)
      try folder.write(
        tensorFile([angle, angle * angle - 9, Float(role % 2)]), to: "dump/vectors/r\(role).safetensors")
    }
    try folder.write(tensorFile([9, 1, 2]), to: "dump/default.safetensors")
    let entries = (0..<20).map { index -> String in
      let (start, end) = (12 * index, 12 * index + 12)
      return #""\#(key(index))":{"dtype":"F32","shape":[1,3],"data_offsets":[\#(start),\#(end)]}"#
    }
    var values: [Float] = []
    for response in 0..<20 { values += [9 + Float(response % 3), 1 + Float(response % 5), 2 - Float(response % 2)] }
    try folder.write(
      safetensors("{\(entries.joined(separator: ","))}", floatBytes(values)),
      to: "dump/activations/default.safetensors")
  }

  @Test func keysThatNameQuestions() throws {
    try writeDump { "default_p0_q\($0 / 2)" + ($0 % 2 == 0 ? "_r0" : "_r1") }
    let run = try PersonaCommand.run(["fit", folder("dump"), "-o", folder("out")])
    #expect(run.output.contains("over 6 roles and the 10 questions of the default"))
  }

  @Test func keysThatNameNone() throws {
    try writeDump { "answer \($0)" }
    let run = try PersonaCommand.run(["fit", folder("dump"), "-o", folder("out")])
    #expect(run.output.contains("over 6 roles and the 20 responses of the default"))
  }
}
