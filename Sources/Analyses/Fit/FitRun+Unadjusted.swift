internal import Dumps
internal import PersonaSpace

extension FitRun {
  /// cos(axis, PC1) of the plain means in each layer, in which roles differ by their questions as well; NaN where they have no axis.
  /// Empty where nothing was taken off.
  func unadjustedCosines(_ plan: FitPlan) async throws -> [Double] {
    guard let vectors = plan.unadjusted else { return [] }
    var cosines: [Double] = []
    for slice in plan.slices(bytes: options.groupBytes, threads: options.threads) {
      let group = try vectors.read(slice.rows, selection: Array(plan.selection.indices))
      cosines += try await concurrentMap(Array(group.roles.indices), threads: options.threads) { [options] index in
        do {
          let space = try LayerSpace(
            roles: group.roles[index], assistant: group.assistant[index], keeping: 1, scaling: options.scaling)
          return space.assistant?.componentCosines[0] ?? .nan
        } catch is SpaceFault {
          return .nan
        }
      }
    }
    return cosines
  }

  /// The plain means of the roles `names`, where what is fitted is not them; nil where it is.
  func unadjusted(_ averaged: Averaged?, roles names: [String]) throws -> RoleVectorSet? {
    guard let means = averaged?.means, means.adjustment != nil, let assistant = averaged?.sources.assistant else {
      return nil
    }
    return try RoleVectorSet(
      averaged: RoleSources(averaged: names.map(means.parts.source), assistant: assistant), rows: means.layers.count,
      hiddenSize: means.hiddenSize)
  }
}
