import Foundation
import TestSupport
import Testing

/// Files that this toolkit wrote, read again by it.
@Suite struct RecordedSpaceTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A space of one layer and two dimensions, whose metadata give its rows the layers `rowLayers`.
  private func space(rowLayers: String) throws -> String {
    let shapes = [
      ("role_vectors", "[2,1,2]", 4), ("default", "[1,2]", 2), ("mean", "[1,2]", 2), ("axis", "[1,2]", 2),
      ("components", "[1,1,2]", 2), ("variance", "[1,1]", 1),
    ]
    var (entries, offset) = ([String](), 0)
    for (name, shape, count) in shapes {
      entries.append(
        #""\#(name)":{"dtype":"F32","shape":\#(shape),"data_offsets":[\#(offset),\#(offset + 4 * count)]}"#)
      offset += 4 * count
    }
    let metadata =
      #""format":"persona space 1","roles":"[\"a\",\"b\"]","layers":"[0]","row_layers":"\#(rowLayers)""#
    return try folder.write(
      safetensors(
        "{\"__metadata__\":{\(metadata)},\(entries.joined(separator: ","))}",
        floatBytes([1, 0, -1, 0, 2, 2, 0, 0, 2, 2, 1, 0, 1])),
      to: "space.safetensors")
  }

  @Test(arguments: [
    ("[0,0]", "'row_layers' of its metadata gives two rows the layer 0"),
    ("[0,9223372036854775807]", "'row_layers' of its metadata names a layer 9223372036854775807"),
    ("[-7]", "'row_layers' of its metadata names a layer -7"),
  ])
  func rowLayersThatNoDumpHasAreRefused(rowLayers: String, words: String) throws {
    let path = try space(rowLayers: rowLayers)
    let turns = try folder.write(
      safetensors(#"{"turns":{"dtype":"F32","shape":[2,1,2],"data_offsets":[0,16]}}"#, floatBytes([1, 2, 3, 4])),
      to: "turns/c.safetensors")
    for command in [["project", path, turns, "-o", folder("out")], ["compare", path, path, "-o", folder("out")]] {
      let outcome = try PersonaCommand.run(command)
      #expect(outcome.status == 65)
      #expect(outcome.complaint.contains("\(path): \(words)"))
    }
  }

  @Test func rowLayersThatADumpMayHaveAreRead() throws {
    let path = try space(rowLayers: "[0]")
    let turns = try folder.write(
      safetensors(#"{"turns":{"dtype":"F32","shape":[2,1,2],"data_offsets":[0,16]}}"#, floatBytes([1, 2, 3, 4])),
      to: "turns/c.safetensors")
    #expect(try PersonaCommand.run(["project", path, turns, "-o", folder("out")]).status == 0)
  }
}
