internal import LinearAlgebra
internal import Statistics

/// The resampling of a layer by the groups of its roles: whole groups drawn, and roles drawn without each group.
struct GroupResampling: Sendable {
  let groups: RoleGroups
  /// The samples of whole groups; nil of too few.
  let samples: Resamples?
  private let without: [RolesWithoutGroup]
  private let geometry: RoleGeometry

  /// The replicates without each group, in the order of the groups.
  typealias WithoutGroups = [[AxisReplicate]]

  /// Of `geometry`, a measurement of `model` where its errors are known.
  ///
  /// - Throws: `LinearAlgebraError`.
  /// - Complexity: O(R³) a group, with errors O(R² d + R³).
  init(
    _ groups: RoleGroups, _ geometry: RoleGeometry, _ model: MeasuredModel?, replicates: Int, seed: UInt64
  ) throws {
    let tooFew = geometry.count < LayerUncertainty.leastRoles || groups.unresampled != nil
    samples =
      tooFew
      ? nil
      : Resamples(
        ofGroups: groups.members, count: min(replicates, GroupInfluence.samples), seed: seed, purpose: .groups)
    let products =
      geometry.gram == nil
      ? try RoleProducts(geometry.centred, axis: geometry.axis, needsGram: true) : geometry.inner
    without = try groups.names.indices.map {
      try RolesWithoutGroup($0, of: groups, geometry, products, model, replicates: replicates, seed: seed)
    }
    (self.groups, self.geometry) = (groups, geometry)
  }

  /// Ranges of draws of the questions, with each of which a few samples of roles are taken without each group.
  var chunks: [Range<Int>] {
    Resamples.chunks(of: RolesWithoutGroup.samples / QuestionErrors.rolesPerDraw, length: 10)
  }

  /// The replicates of the draws `range`.
  ///
  /// - Throws: `LinearAlgebraError`.
  func replicates(
    _ range: Range<Int>, _ model: MeasuredModel?, _ assistants: ResampledAssistant?
  ) throws -> WithoutGroups {
    let few = QuestionErrors.rolesPerDraw
    guard let model else {
      let samples = range.lowerBound * few..<range.upperBound * few
      return try without.map { try $0.replicates(samples, geometry, assistants: assistants) }
    }
    var found: WithoutGroups = without.map { _ in [] }
    for draw in range where without.contains(where: { $0.count > draw * few }) {
      let moved = try MovedRoles(model, draw: draw)
      for (place, group) in without.enumerated() {
        found[place] += try group.replicates(draw * few..<(draw + 1) * few, moved)
      }
    }
    return found
  }

  /// What the groups come to: `cosine` is the interval over whole groups, `parts` are the replicates without each group.
  func influence(cosine: Interval?, _ parts: [WithoutGroups]) -> GroupInfluence {
    GroupInfluence(
      groups: groups, cosine: cosine,
      without: without.enumerated().map { place, group in group.with(parts.flatMap { $0[place] }) })
  }
}
