internal import Dumps
internal import PersonaSpace

/// Which vectors a fit takes, and the shape of what it writes.
struct FitPlan: Sendable {
  let vectors: RoleVectorSet
  /// The dump's row of each layer.
  let rows: [Int]
  /// The number of each layer.
  let layers: [Int]
  /// The roles taken, as indices of the sources.
  let selection: [Int]
  let hasAssistant: Bool
  /// The responses behind the default; nil where there are none, or they are not resampled.
  let responses: AssistantResponses?
  /// The answers behind all roles; nil where they are not known.
  let measured: MeasuredResponses?
  /// The vectors with the questions still in them; nil where nothing was taken off.
  let unadjusted: RoleVectorSet?
  /// Whether the questions were taken off, or why not; nil where no answers were averaged.
  let adjustment: AdjustmentOutcome?
  /// Why they are not; nil where they are, or nothing is resampled.
  let unknownErrors: UnknownErrors?
  /// What is done with the dimensions.
  let scaling: FeatureScaling
  /// The traits read in the space; nil without any.
  let traits: TraitVectors?
  /// The components of which directions are kept.
  let kept: Int

  /// The names of the roles taken.
  var names: [String] { selection.map { vectors.sources.roles[$0].name } }

  /// The names of the roles left out.
  var skipped: [String] {
    vectors.sources.roles.indices.filter { !selection.contains($0) }.map { vectors.sources.roles[$0].name }
  }

  /// `layers` in slices whose vectors take at most about `bytes`, at least one layer each; where they are more than `threads`, as many for
  /// each.
  func slices(bytes: Int, threads: Int) -> [LayerSlice] {
    let most = max(1, bytes / (selection.count * vectors.hiddenSize * MemoryLayout<Double>.size))
    return LayerSlice.divided(rows, most: most > threads ? most - most % threads : most)
  }

  /// What the file of the space holds.
  var contents: SpaceWriter.Contents {
    SpaceWriter.Contents(
      roles: selection.count, layers: layers.count, hiddenSize: vectors.hiddenSize, components: kept,
      fitsFloat: vectors.fitsFloat && scaling.scale == .none, hasAssistant: hasAssistant,
      isScaled: !scaling.isIdentity,
      measurement: knowsErrors ? measured.map { .init(clusters: $0.clusters.clusters) } : nil)
  }

  /// Whether the space is written with the errors of measuring roles and default.
  var knowsErrors: Bool { measured?.assistant != nil && selection.count >= LayerUncertainty.leastRoles }
}
