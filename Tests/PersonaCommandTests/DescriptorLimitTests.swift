import Foundation
import TestSupport
import Testing

/// Dumps of many files need neither a descriptor nor a large memory for each.
@Suite struct DescriptorLimitTests {
  private let folder: TemporaryFolder
  /// 64 descriptors, and 2 GB of address space, of which OpenBLAS takes an eighth for each processor unless told otherwise.
  private let limits = "ulimit -n 64; ulimit -v 2000000; OPENBLAS_NUM_THREADS=1 exec \"$PERSONA\""

  init() throws { folder = try TemporaryFolder() }

  @Test func aDumpOfAHundredThousandFiles() throws {
    let header = #"{"vector":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}"#
    // File systems limit how many names a file may have (65,000 on ext4).
    for part in 0..<4 {
      let source = try folder.write(safetensors(header, floatBytes([1, 2, 3, Float(part)])), to: "source\(part)")
      if part == 0 {
        try folder.write(safetensors(header, floatBytes([9, 8, 7, 6])), to: "dump/vectors/default.safetensors")
      }
      for i in 0..<25_000 {
        #expect(unsafe link(source, folder("dump/vectors/r\(part)_\(i).safetensors")) == 0)
      }
    }
    for option in ["--shallow", ""] {
      let outcome = try PersonaCommand.shell("\(limits) inspect \(option) '\(folder("dump"))'", seconds: 300)
      #expect(outcome.status == 0, "\(outcome.complaint)")
      #expect(outcome.output.contains("100001") || outcome.output.contains("100000"), "\(outcome.output.prefix(2000))")
    }
  }

  @Test func threeHundredRolesOnEightThreads() throws {
    let made = try PersonaCommand.shell(
      "\(limits) synth -o '\(folder("dump"))' -q --roles 300 --dimensions 64 --conversations 100")
    #expect(made.status == 0, "\(made.complaint)")
    for verb in ["fit", "analyze"] {
      let outcome = try PersonaCommand.shell(
        "\(limits) \(verb) '\(folder("dump"))' -o '\(folder(verb))' -q --threads 8")
      #expect(outcome.status == 0, "\(outcome.complaint)")
      let free = try PersonaCommand.run([verb, folder("dump"), "-o", folder("free-\(verb)"), "-q"])
      #expect(free.status == 0)
      #expect(try folderBytes(folder(verb)) == folderBytes(folder("free-\(verb)")))
    }
  }
}
