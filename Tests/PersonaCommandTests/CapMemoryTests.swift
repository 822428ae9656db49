import TestSupport
import Testing

/// A sweep holds columns of numbers, not rows with names.
@Suite struct CapMemoryTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let turns = 1000

  /// 200 conversations of as many turns, known by their means, fall from the default to the mean role.
  @Test func twoHundredThousandTurnsTakeLittleMemory() throws {
    let header = #"{"v":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}"#
    for (name, x) in [("default", Float(5)), ("vectors/a", 0), ("vectors/b", 1), ("vectors/c", 2), ("vectors/d", 3)] {
      try folder.write(safetensors(header, floatBytes([x, 1])), to: "dump/\(name).safetensors")
    }
    let count = Self.turns
    let turns = #"{"turns":{"dtype":"F32","shape":[\#(count),1,2],"data_offsets":[0,\#(8 * count)]}}"#
    for conversation in 0..<200 {
      let values = (0..<count).flatMap { turn -> [Float] in
        [5 - 4 * Float(turn) / Float(count) + Float((turn * 7 + conversation) % 11) / 10, 1]
      }
      try folder.write(safetensors(turns, floatBytes(values)), to: "dump/turns/talk\(conversation).safetensors")
    }
    let fit = try MeasuredCommand(["fit", folder("dump"), "-o", folder("space"), "-q", "--bootstrap", "0"])
    #expect(fit.outcome.status == 0, "\(fit.outcome.complaint)")
    let run = try MeasuredCommand(["cap", folder("space"), folder("dump"), "-o", folder("out"), "-q"])
    #expect(run.outcome.status == 0 && !run.hung, "\(run.outcome.complaint)")
    #expect(run.peakBytes < 120 << 20, "\(run.peakBytes >> 20) MB")
  }
}
