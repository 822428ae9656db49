import Dumps
import Testing

/// Which layer each row is, by each thing that can say it.
@Suite struct RowLayersTests {
  private static func manifest(_ layers: [Int]? = nil, _ convention: Manifest.LayerConvention? = nil) -> Manifest {
    var manifest = Manifest()
    (manifest.layers, manifest.layerConvention) = (layers, convention)
    return manifest
  }

  private static let subjects: [RowLayers.Subject] = [
    .dump, .measured, .targets, .traits(rolesAreNumbered: true), .embeddings(layer: 5), .directions,
  ]

  @Test(arguments: subjects) func anOptionComesFirst(subject: RowLayers.Subject) throws {
    let found = try RowLayers(
      2, of: subject, given: LayerSelection("7,3"), manifest: Self.manifest([1, 2]), companion: [8, 9])
    #expect(found.numbers == [7, 3])
    #expect(found.evidence == .option)
    #expect(found.note == nil)
  }

  @Test(arguments: subjects) func thenWhatAManifestSays(subject: RowLayers.Subject) throws {
    let found = try RowLayers(2, of: subject, manifest: Self.manifest([1, 2]), companion: [8, 9])
    #expect(found.numbers == [1, 2])
    #expect(found.evidence == .manifest)
    #expect(found.note == nil)
  }

  @Test func hiddenStatesCountFromTheEmbedding() throws {
    #expect(try RowLayers(3, of: .dump, manifest: Self.manifest(nil, .hiddenStates)).numbers == [-1, 0, 1])
    #expect(try RowLayers(2, of: .dump, manifest: Self.manifest([4, 9], .hiddenStates)).numbers == [3, 8])
    #expect(try RowLayers(2, of: .dump, manifest: Self.manifest(nil, .blockOutput)).evidence == .manifest)
    let fault = #expect(throws: LayerFault.self) {
      try RowLayers(2, of: .dump, manifest: Self.manifest([-1, 0], .hiddenStates))
    }
    #expect(try #require(fault).explanation.contains("in the numbering of hidden_states (embedding 0)"))
  }

  @Test(arguments: subjects) func thenWhatTheyAreReadWithIfItHasAsManyRows(subject: RowLayers.Subject) throws {
    let found = try RowLayers(2, of: subject, companion: [8, 9])
    #expect(found.numbers == [8, 9])
    #expect(found.evidence == .companion)
    #expect(found.note == nil)
  }

  @Test func rowsOfADumpThatNothingNumbersAreCounted() throws {
    let found = try RowLayers(4, of: .dump)
    #expect(found.numbers == [0, 1, 2, 3])
    #expect(found.evidence == .order)
    #expect(
      found.note
        == "no manifest numbers the layers: the rows are taken as layers 0 to 3; --row-layers says otherwise")
  }

  @Test func rowsThatAreMeasuredAreNotGuessed() {
    #expect(throws: LayerFault.unknownRows(rows: 3, expected: [8, 9])) {
      try RowLayers(3, of: .measured, companion: [8, 9])
    }
    #expect(throws: LayerFault.unknownTargetRows(3, expected: [8, 9])) {
      try RowLayers(3, of: .targets, companion: [8, 9])
    }
  }

  @Test func traitsMayHaveAllLayersOfWhichRolesHaveSome() throws {
    let found = try RowLayers(8, of: .traits(rolesAreNumbered: true), companion: [2, 5])
    #expect(found.numbers == Array(0..<8))
    #expect(found.note == "the rows of traits are taken as layers 0 to 7; --trait-row-layers says otherwise")
    #expect(throws: LayerFault.unnumberedRoles(8, roles: 2)) {
      try RowLayers(8, of: .traits(rolesAreNumbered: false), companion: [0, 1])
    }
    // The last could not be there; the first could be the embedding.
    #expect(throws: LayerFault.unknownTraitRows(5, roles: [2, 5])) {
      try RowLayers(5, of: .traits(rolesAreNumbered: true), companion: [2, 5])
    }
    #expect(throws: LayerFault.unknownTraitRows(3, roles: [0, 1])) {
      try RowLayers(3, of: .traits(rolesAreNumbered: true), companion: [0, 1])
    }
  }

  @Test func oneRowOfEmbeddingsIsTheLayerThatIsWanted() throws {
    let one = try RowLayers(1, of: .embeddings(layer: 5))
    #expect(one.numbers == [5])
    #expect(one.note == nil)
    let several = try RowLayers(3, of: .embeddings(layer: 5))
    #expect(several.numbers == [0, 1, 2])
    #expect(several.note == "no manifest numbers the layers of the embeddings: the rows are taken as 0 to 2")
  }

  @Test func oneDirectionCouldBeOfAnyLayer() throws {
    #expect(throws: LayerFault.oneVector) { try RowLayers(1, of: .directions) }
    #expect(throws: LayerFault.unknownDirections(2)) { try RowLayers(2, of: .directions) }
  }

  @Test func numbersThatDoNotFitAreRefused() throws {
    #expect(throws: LayerFault.rowCount(rows: 3, numbers: 2, source: "--row-layers")) {
      try RowLayers(3, of: .dump, given: LayerSelection("0:2"))
    }
    #expect(throws: LayerFault.rowCount(rows: 3, numbers: 2, source: "--trait-row-layers")) {
      try RowLayers(3, of: .traits(rolesAreNumbered: true), given: LayerSelection("0:2"))
    }
    #expect(throws: LayerFault.repeated(4, source: "--row-layers")) {
      try RowLayers(2, of: .dump, given: LayerSelection("4,4"))
    }
    #expect(throws: LayerFault.notALayer(.max, source: "manifest.json")) {
      try RowLayers(1, of: .dump, manifest: Self.manifest([.max]))
    }
  }
}
