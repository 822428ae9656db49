import TestSupport
import Testing

/// How often a file of role vectors is opened to be fitted.
@Suite(.enabled(if: FailingCalls.isPossible, "needs a C compiler, to count openings"))
struct OpeningOnceTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes a file of five roles and the default, in three layers.
  private func writeVectors() throws -> String {
    let values = (0..<36).map { Float(($0 * 7) % 11) - Float($0 % 3) }
    let metadata = #""format":"persona-vectors 1","roles":"[\"a\",\"b\",\"c\",\"d\",\"e\"]","layers":"[1,2,3]""#
    return try folder.write(
      safetensors(
        "{\"__metadata__\":{\(metadata)},"
          + #""role_vectors":{"dtype":"F32","shape":[5,3,2],"data_offsets":[0,120]},"#
          + #""default":{"dtype":"F32","shape":[3,2],"data_offsets":[120,144]}}"#, floatBytes(values)),
      to: "vectors.safetensors")
  }

  @Test(arguments: ["error", "skip"]) func aFileIsOpenedOnceToBeReadAndOnceToBeDigested(policy: String) throws {
    let path = try writeVectors()
    let run = try CountedOpenings().run(["fit", path, "-o", folder("out"), "--nonfinite", policy])
    #expect(run.outcome.status == 0)
    #expect(run.openings[path] == 2)
  }
}
