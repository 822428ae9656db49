public import Dumps
internal import Files
internal import PersonaSpace
internal import TensorFiles

/// Writes a space for other programs: an axis, a cap, a readout.
public struct ExportRun: Sendable {
  let space: Space
  let path: String
  let turns: [String]
  let format: ExportFormat
  let output: String
  let options: ExportOptions
  let log: RunLog

  /// An export of `space`, the file at `path`, as `format` to the file `output`; `turns` are for thresholds and for verification.
  public init(
    _ space: Space, at path: String, turns: [String], as format: ExportFormat, to output: String,
    options: ExportOptions,
    log: RunLog = .silent
  ) {
    (self.space, self.path, self.turns, self.format) = (space, path, turns, format)
    (self.output, self.options, self.log) = (output, options, log)
  }

  /// Exports.
  ///
  /// - Throws: `FileError` for what is wrong with the input, or if the output cannot be made.
  public func run() async throws -> ExportResult {
    if space.isRescaled { throw FileError(path: path, fault: ExportFault.scaled) }
    if format == .readout, !space.axes.allSatisfy(\.isAnchored) {
      throw FileError(path: path, fault: ExportFault.noPositions)
    }
    if options.verifies, turns.isEmpty, !space.isOfFile {
      throw FileError(path: path, fault: ExportFault.nothingToVerify)
    }
    let files = try outputs()
    let thresholds = try await thresholds()
    let layers = try layers(thresholds)
    try note(layers)
    let writer = ExportWriter(run: self, layers: layers, thresholds: thresholds)
    let written = try writer.write(files)
    try InputStates.current?.checkUnchanged()
    for file in written { try file.commit() }
    let verification =
      options.verifies ? try await ExportVerification(run: self, layers: layers).compare() : nil
    return ExportResult(
      format: format, files: files, id: format.holdsThresholds ? writer.id : nil,
      source: format.holdsThresholds ? thresholds.source : nil,
      layers: layers.map { layer in
        ExportResult.Layer(
          layer: layer.layer, tau: layer.tau,
          tauPosition: layer.tau.flatMap { layer.axis.isAnchored ? layer.axis.position(ofProjection: $0) : nil })
      },
      verification: verification)
  }

  /// The file that is written, and of a readout the one beside it.
  private func outputs() throws -> [String] {
    let ending = ".\(format.ending)"
    guard output.hasSuffix(ending) else {
      throw FileError(path: output, fault: ExportFault.ending(format.ending))
    }
    let files = [output] + (format == .readout ? [output.dropLast(ending.count) + ".json"] : [])
    let inputs = [path] + turns
    try checkOutput(output, against: inputs)
    for file in files {
      if inputs.contains(where: { areSameFile($0, file) }) { throw FileError(path: file, fault: OutputFault.isInput) }
      switch kindNow(of: file) {
      case .missing: break
      case .file: if !options.replacing { throw FileError(path: file, fault: OutputFault.exists) }
      case .folder: throw FileError(path: file, fault: OutputFault.wrongKind(found: "folder"))
      case .special: throw FileError(path: file, fault: OutputFault.wrongKind(found: "special file"))
      }
    }
    AbandonedOutputs.remove(from: Paths.parent(of: output))
    return files
  }

  private func thresholds() async throws -> ExportThresholds {
    let wanted = try located(path) { try options.turns.layers.indices(in: space.layers) }
    var isGiven = options.namesLayers || space.layers.count == 1 || !format.holdsThresholds
    if case .caps(_, percentile: nil) = options.threshold { isGiven = true }
    guard isGiven else { throw FileError(path: path, fault: ExportFault.whichLayers(space.layers)) }
    return try await ExportThresholds.read(
      options.threshold, space, at: path, turns: turns, layers: wanted.map { space.layers[$0] }, options.turns,
      log: log)
  }

  /// The layers that are exported: those asked for, of a cap those with a floor.
  private func layers(_ thresholds: ExportThresholds) throws -> [ExportedLayer] {
    let wanted = try located(path) { try options.turns.layers.indices(in: space.layers) }
    let layers = wanted.compactMap { index -> ExportedLayer? in
      let number = space.layers[index]
      if format.holdsThresholds, thresholds.floors[number] == nil { return nil }
      return ExportedLayer(
        index: index, layer: number, axis: space.axes[index],
        tau: format.holdsThresholds ? thresholds.floors[number] : nil)
    }
    if format == .gguf {
      let left = layers.filter { $0.layer < 1 }.map(\.layer)
      let kept = layers.filter { $0.layer >= 1 }
      guard !kept.isEmpty else { throw FileError(path: path, fault: ExportFault.noDirection) }
      if !left.isEmpty { log.note("left out \(layerList(left)): control vectors have directions from layer 1 on") }
      return kept
    }
    return layers
  }

  /// Notes what a user should know of the axes and floors.
  ///
  /// - Throws: `FileError` if a floor would push away from the Assistant.
  private func note(_ layers: [ExportedLayer]) throws {
    let reversed = layers.filter { $0.axis.norm < 0 }.map(\.layer)
    if !reversed.isEmpty {
      if format.holdsThresholds {
        throw FileError(path: path, fault: CapFault.reversedAxis(reversed, of: layers.count))
      }
      log.note("the axis points away from the default at \(layerList(reversed)): what is exported points as it does")
    }
    if format.holdsThresholds, layers.contains(where: { !$0.axis.isAnchored }) {
      log.note(
        "nothing beside the axis says that it points toward the Assistant: a floor along one that points away pushes away"
      )
    }
    if let note = AxisVerdicts.note(spaceAt: path, layers: layers.map(\.layer)) { log.note(note) }
    for layer in layers {
      guard let tau = layer.tau, layer.axis.isAnchored else { continue }
      let position = layer.axis.position(ofProjection: tau)
      if position > 1 {
        log.note(
          "tau at layer \(layer.layer) lies at axis position \(rounded(position)), above the default itself (1): it would cap the Assistant's own answers"
        )
      }
    }
  }

  private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
