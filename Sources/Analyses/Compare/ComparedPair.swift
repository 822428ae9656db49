internal import Dumps
internal import Files
internal import LinearAlgebra
internal import PersonaSpace

/// Two spaces and the roles they have in common.
struct ComparedPair: Sendable {
  /// Which of the spaces they are.
  let a, b: Int
  /// The common roles, in the order of the first.
  let common: [String]
  /// The roles that one has alone.
  let onlyA, onlyB: [String]
  /// The rows of the common roles in each.
  let rowsA, rowsB: [Int]
  /// Whether dimensions are dropped or scaled in different ways.
  let isScaledOtherwise: Bool
  /// Whether dimension j is taken for the same thing in both.
  let sharesDimensions: Bool

  /// - Throws: `FileError` if they have fewer than three roles in common, or cannot be compared.
  init(_ a: Int, _ b: Int, _ files: [ComparedFile], _ plan: LayerPlan, leavingOut: [Set<String>]) throws {
    (self.a, self.b) = (a, b)
    func rows(_ index: Int) -> [String: Int] {
      let names = files[index].space.roleNames.enumerated().filter {
        leavingOut.isEmpty || !leavingOut[index].contains($0.element)
      }
      return Dictionary(names.map { ($0.element, $0.offset) }) { first, _ in first }
    }
    let (first, second) = (files[a].space, files[b].space)
    let (inA, inB) = (rows(a), rows(b))
    common = first.roleNames.enumerated().filter { inA[$1] == $0 && inB[$1] != nil }.map(\.element)
    onlyA = first.roleNames.filter { inB[$0] == nil }
    onlyB = second.roleNames.filter { inA[$0] == nil }
    rowsA = common.compactMap { inA[$0] }
    rowsB = common.compactMap { inB[$0] }
    guard common.count >= 3 else {
      throw FileError(
        path: files[b].path,
        fault: CompareFault.fewCommonRoles(
          common.count, other: files[a].path, own: second.roleNames, others: first.roleNames))
    }
    guard first.isRescaled == second.isRescaled else {
      throw FileError(path: files[b].path, fault: CompareFault.scaling(other: files[a].path))
    }
    let isSame = plan.steps.allSatisfy { step in
      first.factors.map { $0[step[a]] } == second.factors.map { $0[step[b]] }
    }
    isScaledOtherwise = !isSame
    sharesDimensions = first.hiddenSize == second.hiddenSize && (isSame || !first.isRescaled)
  }

  /// The space of one side in a layer, fitted to the common roles.
  func space(_ side: Int, _ files: [ComparedFile], _ step: [Int]) throws -> ComparedSpace {
    let (file, index) = (files[side], step[side])
    let place = "layer \(file.space.layers[index])"
    let roles = try file.space.roleVectors(layer: index, rows: side == a ? rowsA : rowsB)
    if let broken = roles.firstNonFinite {
      throw FileError(
        path: file.path, place: "role '\(common[broken.row])', \(place)", fault: SpaceFileFault.notFinite)
    }
    return try located(file.path, place: place) {
      try ComparedSpace(roles: roles, assistant: file.space.axes[index].assistant)
    }
  }

  /// The pair without its comparisons.
  func result(_ files: [ComparedFile]) -> CompareResult.Pair {
    CompareResult.Pair(
      a: files[a].name, b: files[b].name, common: common, onlyA: onlyA, onlyB: onlyB, sharesDimensions: sharesDimensions
    )
  }
}
