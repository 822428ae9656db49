public import LinearAlgebra
internal import Statistics

/// Where a trait vector points in the persona space of a layer: along the axis, or along one of the first components.
///
/// A trait vector is a contrast, with the trait less without it. What all traits share (an answer of any kind less none) says
/// nothing of any of them, so cosines are centred: of the trait less the mean trait. They are judged among the directions in
/// which roles differ: the null is that the trait's part in the span of the roles, of rank r, has a random direction there,
/// cos² ~ Beta(1/2, (r − 1)/2). In all d dimensions next to everything would be significant.
public struct TraitReading: Sendable, Equatable {
  /// What it is read along.
  public enum Target: Sendable, Equatable {
    case axis
    /// A component, 0 for the first.
    case component(Int)

    /// `axis`, `pc1`, …
    public var name: String {
      switch self {
      case .axis: "axis"
      case .component(let index): "pc\(index + 1)"
      }
    }
  }

  /// The index of the trait among those given.
  public let trait: Int
  /// What it is read along.
  public let target: Target
  /// The projection of the vector as it is on the unit direction, in activation units.
  public let projection: Double
  /// The cosine of the vector as it is with the direction.
  public let cosine: Double
  /// The cosine of the vector less the mean of all traits with the direction; NaN with fewer than three traits.
  public let centredCosine: Double
  /// The share of the squared length of the centred vector that lies in the span of the roles.
  public let spanShare: Double
  /// The two-sided test of the centred vector's part in the span as a standard normal deviate, with the sign of the cosine.
  public let z: Double
  /// Its probability.
  public let probability: Double
  /// That adjusted for all traits and targets of the layer (Benjamini and Hochberg).
  public let falseDiscoveryRate: Double

  /// The components that traits are read along.
  public static let components = 5
  /// Fewer traits have no mean to speak of; they are read as they are.
  public static let leastTraits = 3
}

extension LayerSpace {
  /// The readings of `traits`, one vector a row, shape (T, d), along the axis and the first components: all of the first trait,
  /// then all of the second.
  ///
  /// - Parameter geometry: of the same roles.
  /// - Throws: `LinearAlgebraError`.
  public func readings(of traits: Matrix, _ geometry: RoleGeometry) throws -> [TraitReading] {
    let (centred, isCentred) = (centred(traits), traits.rows >= TraitReading.leastTraits)
    let traits = traits.scalingColumns(by: factors)
    var targets: [(TraitReading.Target, [Double])] = []
    if let assistant { targets.append((.axis, assistant.axis.unit)) }
    for index in 0..<min(TraitReading.components, components.directions.rows) {
      targets.append((.component(index), Array(components.directions.row(index))))
    }
    let span = try RoleSpan(geometry)
    let null = RandomDirectionNull(dimensions: max(span.rank, 1))
    let directions = try targets.map { try span.coordinates(of: $0.1) }
    var found: [(trait: Int, target: TraitReading.Target, numbers: [Double])] = []
    for trait in 0..<traits.rows {
      let (own, middle) = (Array(traits.row(trait)), Array(centred.row(trait)))
      let (length, middleLength) = (euclideanNorm(own), euclideanNorm(middle))
      let inner = try span.coordinates(of: middle)
      let innerLength = euclideanNorm(inner)
      for ((target, direction), place) in zip(targets, directions) {
        let projection = dotProduct(own, direction)
        let within = dotProduct(inner, place) / (innerLength * euclideanNorm(place))
        let probability = within.isNaN ? .nan : null.probability(above: min(abs(within), 1))
        let deviate = probability.isNaN ? .nan : normalDeviate(twoSided: max(probability, 0))
        found.append(
          (
            trait, target,
            [
              projection, projection / length, isCentred ? dotProduct(middle, direction) / middleLength : .nan,
              innerLength * innerLength / (middleLength * middleLength), within < 0 ? -deviate : deviate, probability,
            ]
          ))
      }
    }
    let rates = falseDiscoveryRates(found.map { $0.numbers[5] })
    return zip(found, rates).map { reading, rate in
      TraitReading(
        trait: reading.trait, target: reading.target, projection: reading.numbers[0], cosine: reading.numbers[1],
        centredCosine: reading.numbers[2], spanShare: reading.numbers[3], z: reading.numbers[4],
        probability: reading.numbers[5], falseDiscoveryRate: rate)
    }
  }
}
