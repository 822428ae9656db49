internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace

/// The projections of the default's own responses on the axis of each layer: what a cap must leave alone, and what percentiles can be
/// taken of.
struct AssistantProjections {
  /// Layer by layer of the space, in axis-projection units; empty for a layer that the responses do not have.
  let byLayer: [[Double]]

  /// The responses of the space's default in `activations/` of the dumps among `paths`, as they are: whatever their scores.
  ///
  /// - Throws: `FileError` if they cannot be read, or have values that are not finite and are not skipped.
  init(_ space: Space, _ paths: [String], _ options: TurnOptions, log: RunLog) throws {
    var byLayer = space.layers.map { _ in [Double]() }
    for path in paths where fileKind(path) == .folder {
      let root = Paths.trimmed(dumpRoot(of: path))
      let folder = "\(root)/activations"
      guard fileKind(folder) == .folder, let name = space.assistantName,
        let own = try ResponseFile.names(in: folder).first(where: { ResponseFile.role($0) == name })
      else { continue }
      let manifest = try Manifest.read(inFolder: root)
      var expected = ExpectedShape(manifest)
      expected.hiddenSize = space.hiddenSize
      let file = try ResponseFile("\(folder)/\(own)", expecting: expected, labels: options.labels, isAssistant: true)
      guard file.hiddenSize == space.hiddenSize else {
        throw FileError(
          path: file.path,
          fault: StabilityFault.hiddenSize("responses", found: file.hiddenSize, space: space.hiddenSize))
      }
      if let note = file.labelNote { log.note("\(file.path): \(note)") }
      var skipped: Set<String> = []
      let numbers = try located(file.path) {
        try RowLayers(
          file.rows, of: .measured, given: options.rowLayers, manifest: manifest,
          companion: space.rowLayers
        ).numbers
      }
      for (row, layer) in numbers.enumerated() {
        guard let index = space.layers.firstIndex(of: layer) else { continue }
        for response in file.responses {
          let values = try file.values(response, row..<row + 1)
          if let found = values.firstUnusable(columns: file.hiddenSize) {
            if options.skipsNonFinite {
              skipped.insert(response.key)
              continue
            }
            throw FileError(
              path: response.path ?? file.path, place: response.key, fault: NonFiniteFault.vector(found, layer: layer))
          }
          byLayer[index].append(space.axes[index].projection(of: values[...]))
        }
      }
      if !skipped.isEmpty {
        log.note(
          "\(file.path): left out \(counted(skipped.count, "response")) of the default with values that are not finite, or of nothing but zeros"
        )
      }
    }
    self.byLayer = byLayer
  }

  /// Those that are known, layer by layer of a space.
  init(byLayer: [[Double]]) { self.byLayer = byLayer }

  /// Nothing, where nobody asks for them.
  init(none space: Space) { byLayer = space.layers.map { _ in [] } }

  /// Whether there is any.
  var isKnown: Bool { byLayer.contains { !$0.isEmpty } }
}
