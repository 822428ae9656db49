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

  /// Ranges of `layers` whose rows follow one another and whose vectors take at most about `bytes`, at least one
  /// layer each.
  func groups(bytes: Int) -> [Range<Int>] {
    let most = max(1, bytes / (selection.count * vectors.hiddenSize * MemoryLayout<Double>.size))
    var (groups, start) = ([Range<Int>](), 0)
    for index in 1...max(rows.count, 1) {
      let ends = index == rows.count || index - start == most || rows[index] != rows[index - 1] + 1
      if ends, start < rows.count {
        groups.append(start..<index)
        start = index
      }
    }
    return groups
  }
}
