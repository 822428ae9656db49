import Analyses
import Dumps
import Files
import Foundation
import TestSupport
import Testing

/// How turns are found, and which layers their rows are.
@Suite struct TurnSourcesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Element (i, j, …) is 100 i + 10 j and a quarter for all but the last dimension, in which it is constant; a quarter, as vectors of
  /// zeros are refused.
  private func write(_ name: String, _ tensor: String, _ shape: [Int]) throws {
    let count = shape.reduce(1, *)
    let (d, layers) = (shape[shape.count - 1], shape.count == 3 ? shape[1] : 1)
    let values = (0..<count).map { Float(100 * ($0 / d / layers) + 10 * ($0 / d % layers)) + 0.25 }
    let extents = shape.map(String.init).joined(separator: ",")
    try folder.write(
      safetensors(
        #"{"\#(tensor)":{"dtype":"F32","shape":[\#(extents)],"data_offsets":[0,\#(4 * count)]}}"#, floatBytes(values)),
      to: name)
  }

  /// A space of the layers `rows`, in which the axis of each layer is along the sum of the dimensions.
  private func space(layers: Int, manifest: String? = nil, rowLayers: String? = nil) async throws -> Space {
    if let manifest { try folder.write(manifest, to: "dump/manifest.json") }
    let values = { (x: Float) in [Float](repeating: x, count: 2 * layers) }
    for (name, x) in [("default", Float(2)), ("vectors/a", 1.5), ("vectors/b", -2), ("vectors/c", 0.5)] {
      try folder.write(
        safetensors(
          #"{"v":{"dtype":"F32","shape":[\#(layers),2],"data_offsets":[0,\#(8 * layers)]}}"#, floatBytes(values(x))),
        to: "dump/\(name).safetensors")
    }
    var options = FitOptions()
    options.rowLayers = rowLayers.flatMap { LayerSelection($0) }
    let output = try OutputFolder(path: folder("fit"), names: [], replacing: true)
    _ = try await FitRun(folder("dump"), options: options).run(into: output)
    try output.commit()
    return try Space(readingFrom: folder("fit/space.safetensors"))
  }

  /// The sum of the dimensions of each turn, by (conversation, layer), as turns.csv has it.
  private func project(_ space: Space, _ path: String, _ options: TurnOptions = TurnOptions()) async throws -> [String:
    [Double]]
  {
    let output = try OutputFolder(path: folder("out"), names: [], replacing: true)
    _ = try await ProjectRun(space, [folder(path)], options: options).run(into: output)
    try output.commit()
    var sums: [String: [Double]] = [:]
    for row in try PlainTable(folder("out/turns.csv")).rows {
      // The unit axis is (1, 1) / √2.
      let sum = (row.number("axis_projection") * 2.0.squareRoot() / 2).rounded()
      sums["\(row["conversation"] ?? "") \(row["layer"] ?? "")", default: []].append(sum)
    }
    return sums
  }

  @Test func turnsOfADumpAreNotThoseOfOneWhoseNameBeginsSo() async throws {
    let space = try await space(layers: 1)
    for dump in ["talk", "talk2"] { try write("\(dump)/turns/\(dump)-x.safetensors", "turns", [2, 1, 2]) }
    try folder.write(#"{"conversation":[]}"#, to: "talk/transcripts/other.json")
    let sources = try TurnSources([folder("talk"), folder("talk2")], .init(TurnOptions(), space))
    let note = sources.notes.first { $0.contains("turns without a transcript") }
    #expect(note == "\(folder("talk")): turns without a transcript, so of no known domain: 'talk-x'")
  }

  @Test func aManifestOfHiddenStatesShiftsTheLayersOfTurnsToo() async throws {
    let space = try await space(layers: 3)
    try write("talk/turns/x.safetensors", "turns", [2, 3, 2])
    try folder.write(#"{"layer_convention":"hidden_states"}"#, to: "talk/manifest.json")
    // Row 0 is the embedding, so layers 0 and 1 of the space are rows 1 and 2; layer 2 was not dumped.
    #expect(try await project(space, "talk") == ["x 0": [10, 110], "x 1": [20, 120]])
  }

  @Test func aFolderOfMatricesIsConversationsForASpaceOfOneLayer() async throws {
    let space = try await space(layers: 1, rowLayers: "16")
    for name in ["x", "y"] { try write("talk/\(name).safetensors", "acts", [4, 2]) }
    #expect(try await project(space, "talk") == ["x 16": [0, 100, 200, 300], "y 16": [0, 100, 200, 300]])
  }

  @Test func regenerationsOfOneConversationShareItsName() async throws {
    let space = try await space(layers: 1)
    for name in ["x_r0", "x_r1", "y"] { try write("talk/turns/\(name).safetensors", "turns", [1, 1, 2]) }
    let said = #""conversation":[{"role":"assistant"}]"#
    for run in [0, 1] {
      try folder.write(
        #"{"sample":\#(run),"conversation_id":"x",\#(said)}"#, to: "talk/transcripts/x_r\(run).json")
    }
    // Without a sample an id names no file, and two of them need not differ.
    try folder.write(#"{"conversation_id":"x",\#(said)}"#, to: "talk/transcripts/y.json")
    #expect(try await project(space, "talk") == ["x 0": [0, 0], "y 0": [0]])
    let samples = try PlainTable(folder("out/turns.csv")).rows.map {
      "\($0["conversation"] ?? "") \($0["sample"] ?? "")"
    }
    #expect(samples.sorted() == ["x 0", "x 1", "y "])
  }

  @Test func aFolderOfVectorsIsOneConversationInNaturalOrder() async throws {
    let space = try await space(layers: 2)
    for turn in [9, 10] {
      let values = [Float](repeating: Float(turn), count: 4)
      try folder.write(
        safetensors(#"{"v":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}"#, floatBytes(values)),
        to: "talk/turn_\(turn).safetensors")
    }
    #expect(try await project(space, "talk") == ["talk 0": [9, 10], "talk 1": [9, 10]])
  }

  @Test func rowsOfTheLastLayersMustBeNamed() async throws {
    let space = try await space(layers: 4)
    try write("talk/x.safetensors", "activations", [2, 2, 2])
    let error = await #expect(throws: FileError.self) { try await project(space, "talk") }
    #expect("\(try #require(error))".contains("--row-layers"))
    var options = TurnOptions()
    options.rowLayers = LayerSelection("2:4")
    #expect(try await project(space, "talk", options) == ["x 2": [0, 100], "x 3": [10, 110]])
  }

  @Test func theMeanOfASpaceIsNoTurn() async throws {
    let space = try await space(layers: 3)
    let error = await #expect(throws: FileError.self) { try await project(space, "fit/space.safetensors") }
    #expect("\(try #require(error))".contains("several tensors"))
  }

  @Test func fittingASpaceAgainKeepsItsLayers() async throws {
    _ = try await space(layers: 3, rowLayers: "28:31")
    let output = try OutputFolder(path: folder("again"), names: [], replacing: false)
    let result = try await FitRun(folder("fit/space.safetensors"), options: FitOptions()).run(into: output).result
    #expect(result.layers == [28, 29, 30])
  }

  @Test func theVectorsOfADumpBringItsManifestAndDefault() async throws {
    _ = try await space(layers: 3, manifest: #"{"layer_convention":"hidden_states"}"#)
    let output = try OutputFolder(path: folder("again"), names: [], replacing: false)
    let result = try await FitRun(folder("dump/vectors"), options: FitOptions()).run(into: output).result
    #expect(result.layers == [-1, 0, 1] && result.verdict != nil)
  }

  @Test(arguments: [
    (#"{"layers":[4,4,4]}"#, "two rows the layer 4"), (#"{"layers":[0,1]}"#, "numbers 2 layers"),
    (#"{"layers":[0,1,100000000000]}"#, "names a layer"), (#"{"hidden_size":7}"#, "says 7"),
    (#"{"layers":"all"}"#, "layers"),
  ])
  func refusesManifestsThatDoNotFit(manifest: String, words: String) async throws {
    let error = await #expect(throws: FileError.self) { try await space(layers: 3, manifest: manifest) }
    #expect("\(try #require(error))".contains(words))
  }

  @Test func outputsStayOutOfWhatIsRead() throws {
    for name in ["dump/default.pt", "dump/vectors/a.pt", "dump/turns/x.pt", "flat/a.pt"] {
      try folder.write("", to: name)
    }
    for (output, input) in [
      ("dump", "dump"), ("dump/vectors", "dump"), ("dump/turns/new", "dump"), ("flat/out", "flat"),
      ("dump", "dump/vectors"),
    ] { #expect(throws: FileError.self) { try checkOutput(folder(output), against: [folder(input)]) } }
    try checkOutput(folder("dump/results"), against: [folder("dump")])
    try checkOutput(folder("elsewhere/new"), against: [folder("dump"), folder("flat")])
  }

  @Test func turnsThatAreNotFiniteAreAnErrorOrLeftOut() async throws {
    let space = try await space(layers: 1)
    try folder.write(
      safetensors(
        #"{"turns":{"dtype":"F32","shape":[3,1,2],"data_offsets":[0,24]}}"#, floatBytes([.nan, 0, 1, 1, 3, 3])),
      to: "talk/turns/x.safetensors")
    let error = await #expect(throws: FileError.self) { try await project(space, "talk") }
    #expect("\(try #require(error))".contains("NaN at turn 0, layer 0, dimension 0"))
    var options = TurnOptions()
    options.settings.nonFinite = .skip
    #expect(try await project(space, "talk", options) == ["x 0": [1, 3]])
    // The turns that are left keep their places, and there is no start to change from.
    #expect(try PlainTable(folder("out/turns.csv")).rows.map { $0["turn"] } == ["1", "2"])
    let drift = try OutputFolder(path: folder("drift"), names: [], replacing: false)
    _ = try await DriftRun(DriftTracks(readingFrom: folder("out/turns.csv"))).run(into: drift)
    try drift.commit()
    let row = try #require(try PlainTable(folder("drift/conversations.csv")).rows.first)
    #expect(row["start"] == "" && row["change"] == "" && row["turns"] == "2")
    #expect(try PlainTable(folder("drift/curves.csv")).rows.map { $0["turn"] } == ["1", "2"])
  }

  @Test(arguments: [
    ([0, 2, 2, 4], "turn 1 has 0 tokens"), ([0, 3, 2, 4], "turn 1 has -1 tokens"), ([1, 2, 4], "from 1 to 4"),
    ([0, 2, 5], "from 0 to 5"), ([0], "shape [1]"),
  ])
  func refusesOffsetsThatAreNoCover(offsets: [Int], words: String) async throws {
    let space = try await space(layers: 1)
    let bytes = offsets.flatMap { littleEndian($0, bytes: 8) }
    try folder.write(
      safetensors(
        #"{"turn_offsets":{"dtype":"I64","shape":[\#(offsets.count)],"data_offsets":[0,\#(bytes.count)]},"#
          + #""tokens":{"dtype":"F32","shape":[4,1,2],"data_offsets":[\#(bytes.count),\#(bytes.count + 32)]}}"#,
        bytes + floatBytes([1, 1, 2, 2, 3, 3, 4, 4])),
      to: "talk/turns/x.safetensors")
    let error = await #expect(throws: FileError.self) { try await project(space, "talk") }
    #expect("\(try #require(error))".contains(words))
  }

  @Test func layersOfAPartOfASpaceAreNotGuessed() async throws {
    _ = try await space(layers: 4)
    var options = FitOptions()
    options.settings.layers = try #require(LayerSelection("0:2"))
    let output = try OutputFolder(path: folder("part"), names: [], replacing: false)
    _ = try await FitRun(folder("dump"), options: options).run(into: output)
    try output.commit()
    let part = try Space(readingFrom: folder("part/space.safetensors"))
    try write("talk/x.safetensors", "activations", [3, 2, 2])
    await #expect(throws: FileError.self) { try await project(part, "talk") }
    try write("talk/x.safetensors", "activations", [3, 4, 2])
    #expect(try await project(part, "talk") == ["x 0": [0, 100, 200], "x 1": [10, 110, 210]])
  }

  @Test func anEmptyTensorOfManyRowsIsNoSetOfRoles() async throws {
    let path = try folder.write(
      safetensors(#"{"v":{"dtype":"F32","shape":[1125899906842624,0],"data_offsets":[0,0]}}"#, []),
      to: "zero.safetensors")
    let output = try OutputFolder(path: folder("out"), names: [], replacing: false)
    await #expect(throws: FileError.self) { try await FitRun(path, options: FitOptions()).run(into: output) }
  }
}
