internal import Dumps
internal import Files

/// The layers that are compared: for each, its index in every space.
struct LayerPlan: Sendable {
  /// Index of the layer in each space, one list a comparison.
  let steps: [[Int]]
  /// How the layers were paired, in words.
  let pairing: String

  /// Pairs the layers of the first of `spaces` that `selection` names with those of the others.
  ///
  /// - Throws: `FileError` where there is no pairing.
  init(_ spaces: [ComparedFile], map: LayerMap, selection: LayerSelection) throws {
    let first = spaces[0]
    let wanted = try located(first.path) { try selection.indices(in: first.space.layers) }
    switch map {
    case .listed(let groups):
      steps = try Self.listed(groups, spaces, Set(wanted))
      pairing = "as --layer-map says"
    case .same:
      steps = Self.same(spaces, wanted)
      pairing = "of the same number"
    case .relative:
      steps = try Self.relative(spaces, wanted)
      pairing = "at the same relative depth"
    case .automatic:
      let (depths, models) = (spaces.map(\.depth), Set(spaces.map(\.space.model)))
      if spaces.allSatisfy({ $0.space.layers.count == 1 }) {
        steps = [spaces.map { _ in 0 }]
        let isSame = spaces.allSatisfy { $0.space.layers == first.space.layers }
        pairing = isSame ? "of the same number" : "the one layer of each"
      } else if models.count == 1, models.first != .some(nil), Set(spaces.map(\.space.hiddenSize)).count == 1 {
        // One model has one depth, whichever of its layers were dumped; what differs in width is not one.
        steps = Self.same(spaces, wanted)
        pairing = "of the same number"
      } else if let depth = depths[0], depths.allSatisfy({ $0 != nil }), !depths.allSatisfy({ $0 == depth }) {
        steps = try Self.relative(spaces, wanted)
        pairing =
          "at the same relative depth, if the highest layer of each dump is its model's last (\(depths.compactMap { $0.map { "\($0)" } }.joined(separator: " and ")) layers; else --layer-map)"
      } else {
        steps = Self.same(spaces, wanted)
        pairing = "of the same number"
      }
    }
    if steps.isEmpty {
      throw FileError(
        path: spaces.dropFirst().first { Set($0.space.layers).isDisjoint(with: wanted.map { first.space.layers[$0] }) }?
          .path ?? spaces[1].path,
        fault: CompareFault.noCommonLayer(spaces.map { layerList($0.space.layers) }))
    }
  }

  private static func same(_ spaces: [ComparedFile], _ wanted: [Int]) -> [[Int]] {
    wanted.compactMap { index in
      let number = spaces[0].space.layers[index]
      let places = spaces.map { $0.space.layers.firstIndex(of: number) }
      return places.contains(nil) ? nil : places.compactMap(\.self)
    }
  }

  private static func relative(_ spaces: [ComparedFile], _ wanted: [Int]) throws -> [[Int]] {
    let depths = try spaces.map { space in
      guard let depth = space.depth else { throw FileError(path: space.path, fault: CompareFault.unknownDepth) }
      return depth
    }
    return wanted.map { index in
      let number = spaces[0].space.layers[index]
      return zip(spaces, depths).enumerated().map { place, other in
        if place == 0 { return index }
        // |(l + 1) / L − (l' + 1) / L'| times L L': whole numbers, so that ties go to the lower layer wherever they are.
        let gaps = other.0.space.layers.map { abs((number + 1) * other.1 - ($0 + 1) * depths[0]) }
        return gaps.indices.min { (gaps[$0], other.0.space.layers[$0]) < (gaps[$1], other.0.space.layers[$1]) } ?? 0
      }
    }
  }

  private static func listed(_ groups: [[Int]], _ spaces: [ComparedFile], _ wanted: Set<Int>) throws -> [[Int]] {
    try groups.compactMap { group in
      guard group.count == 2 || group.count == spaces.count else {
        throw CompareFault.layerMap(numbers: group.count, spaces: spaces.count)
      }
      let places = try spaces.enumerated().map { place, file in
        let number = group.count == spaces.count ? group[place] : group[min(place, 1)]
        guard let index = file.space.layers.firstIndex(of: number) else {
          throw FileError(
            path: file.path, place: "--layer-map",
            fault: LayerFault.noSuchLayer(number, present: file.space.layers))
        }
        return index
      }
      return wanted.contains(places[0]) ? places : nil
    }
  }
}
