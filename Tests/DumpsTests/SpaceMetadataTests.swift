import Dumps
import TensorFiles
import TestSupport
import Testing

/// What a file says of itself is read back as it was written.
@Suite struct SpaceMetadataTests {
  /// A safetensors file of no tensors with `entries` for its metadata.
  private static func file(_ entries: [(key: String, value: String)]) throws -> TensorFile {
    func quoted(_ text: String) -> String {
      "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
    let text = entries.map { "\(quoted($0.key)):\(quoted($0.value))" }.joined(separator: ",")
    return try TensorFile(
      bytes: safetensors(
        "{\"__metadata__\":{\(text)},\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", [0, 0, 0, 0]),
      name: "x.safetensors")
  }

  @Test(arguments: [SpaceMetadata.Format.space, .vectors]) func survivesBeingWritten(format: SpaceMetadata.Format)
    throws
  {
    var metadata = SpaceMetadata()
    (metadata.format, metadata.tool, metadata.assistant) = (format, "persona 9", "the \"default\"")
    (metadata.roles, metadata.groups, metadata.levels) = (["a", "é/\\b"], ["", "x"], ["1", ""])
    (metadata.layers, metadata.rowLayers, metadata.options) = ([3, -1], [-1, 3, 4], ["seed": "7", "layers": "all"])
    (metadata.inputs, metadata.model, metadata.pooling) = ("[{\"path\":\"a\"}]", "m", "response_mean")
    if format == .vectors { (metadata.counts, metadata.leftOut, metadata.rowLayers) = ([5, 6], ["c"], nil) }
    let read = SpaceMetadata(of: try Self.file(try metadata.entries()))
    #expect(read == metadata)
  }

  @Test func whatIsNotSuchAsIsWrittenIsNotSaid() throws {
    let read = SpaceMetadata(
      of: try Self.file([("format", "another"), ("roles", "a, b"), ("layers", "[1.5]"), ("model", "m")]))
    #expect(read.format == nil)
    #expect(read.roles == nil)
    #expect(read.layers == nil)
    #expect(read.model == "m")
  }
}
