public import LinearAlgebra
internal import Statistics

/// Role vectors with a planted Assistant axis.
///
/// In each layer a role at planted position p is at mean + |axis| · (p · (v + t · w) + rest), where v is the planted
/// axis, w ⟂ v tilts the leading component away from it, and the rest, ⟂ v and centred over roles, is factors
/// uncorrelated with p and noise. The default is at mean + |axis| · v. So the axis, its length and every role's position are known exactly.
public struct SyntheticPersonas: Sendable {
  /// A role as planted.
  public struct Role: Sendable {
    /// Its name.
    public let name: String
    /// Its group.
    public let group: String
    /// Its level, from 1, most Assistant-like.
    public let level: Int
    /// Its axis position.
    public let position: Double
  }

  /// A layer as planted.
  public struct Layer: Sendable {
    /// The mean role; shape (d).
    public let mean: [Double]
    /// The unit axis v; shape (d).
    public let axis: [Double]
    /// |axis|, in activation units.
    public let norm: Double
    /// Unit directions ⟂ v along which roles and turns also differ.
    let others: [[Double]]
  }

  /// cos(axis, PC1) in the limit of many roles.
  public static let cosineOfLeadingComponent = 0.85

  /// The roles, most Assistant-like first, their positions centred on 0.
  public let roles: [Role]
  /// The layers.
  public let layers: [Layer]
  /// The number of dimensions.
  public let dimensions: Int
  /// The seed all of it came from.
  public let seed: UInt64
  private let coordinates: [[Double]]

  /// Plants `roleCount` roles in `layerCount` layers of `dimensions` dimensions.
  ///
  /// - Precondition: at least 8 roles, 1 layer and 16 dimensions.
  public init(roleCount: Int, layerCount: Int, dimensions: Int, seed: UInt64) {
    precondition(roleCount >= 8 && layerCount >= 1 && dimensions >= 16, "too small to plant anything in")
    self.dimensions = dimensions
    self.seed = seed
    var random = SeededGenerator(seed: seed, purpose: .syntheticRoles)
    let raw = (0..<roleCount).map { 0.95 - 2 * Double($0) / Double(roleCount - 1) + 0.08 * random.nextGaussian() }
    let positions = centred(raw.sorted(by: >))
    roles = positions.enumerated().map { index, position in
      let level = min(4, 1 + 4 * index / roleCount)
      return Role(
        name: archetypeName(index), group: ["professional", "social", "dramatic", "mythic"][level - 1], level: level,
        position: position)
    }
    // Coordinates on the tilt and on three further directions, uncorrelated over roles.
    let slant = (1 / (Self.cosineOfLeadingComponent * Self.cosineOfLeadingComponent) - 1).squareRoot()
    var basis = [positions]
    for _ in 0..<3 { basis.append(orthogonalised(centred(random.gaussians(roleCount)), to: basis)) }
    coordinates =
      [positions.map { slant * $0 }]
      + zip([0.3, 0.2, 0.15], basis.dropFirst()).map { spread, vector in
        let scale = spread * Double(roleCount).squareRoot() / euclideanNorm(vector)
        return vector.map { $0 * scale }
      }
    layers = (0..<layerCount).map { layer in
      var random = SeededGenerator(seed: seed, purpose: .syntheticLayers, index: UInt64(layer))
      let depth = 1 + 0.5 * Double(layer)
      var frame: [[Double]] = []
      for _ in 0..<5 { frame.append(unit(orthogonalised(random.gaussians(dimensions), to: frame))) }
      var mean = random.gaussians(dimensions).map { $0 * depth }
      mean[dimensions / 3] = 20 * depth  // one massive dimension, as real models have
      return Layer(mean: mean, axis: frame[0], norm: 4 * depth, others: Array(frame.dropFirst()))
    }
  }

  /// The default Assistant's vector in `layer`; shape (d).
  public func assistant(layer: Int) -> [Double] {
    let planted = layers[layer]
    return zip(planted.mean, planted.axis).map { $0 + planted.norm * $1 }
  }

  /// The role vectors in `layer`; shape (roles, d).
  public func roleVectors(layer: Int) -> Matrix {
    let planted = layers[layer]
    var random = SeededGenerator(seed: seed, purpose: .syntheticRoleNoise, index: UInt64(layer))
    var noise = roles.map { _ in orthogonalised(random.gaussians(dimensions), to: [planted.axis]) }
    let noiseMean = Matrix(noise, columns: dimensions).columnMeans()
    noise = noise.map { difference($0, noiseMean) }
    return Matrix(
      roles.indices.map { role in
        planted.point(
          position: roles[role].position, others: coordinates.map { $0[role] },
          noise: noise[role].map { 0.3 / Double(dimensions).squareRoot() * $0 })
      }, columns: dimensions)
  }
}

extension SyntheticPersonas.Layer {
  /// mean + |axis| · (position · v + Σ othersᵢ wᵢ + noise).
  func point(position: Double, others coordinates: [Double], noise: [Double]) -> [Double] {
    var offset = zip(axis, noise).map { position * $0 + $1 }
    for (coordinate, direction) in zip(coordinates, others) {
      for j in offset.indices { offset[j] += coordinate * direction[j] }
    }
    return zip(mean, offset).map { $0 + norm * $1 }
  }
}

private func archetypeName(_ index: Int) -> String {
  let names = [
    "consultant", "analyst", "reviewer", "librarian", "tutor", "editor", "researcher", "planner", "accountant",
    "engineer", "translator", "examiner", "coach", "counselor", "journalist", "mediator", "chef", "gardener",
    "historian", "host", "parent", "neighbor", "traveler", "collector", "debater", "satirist", "novelist",
    "detective", "rebel", "gambler", "romantic", "cynic", "mystic", "wanderer", "prophet", "hermit", "jester",
    "pirate", "ghost", "trickster", "oracle", "vampire", "leviathan", "demon", "eldritch", "swarm", "void", "egregore",
  ]
  return index < names.count ? names[index] : "archetype_\(index)"
}
