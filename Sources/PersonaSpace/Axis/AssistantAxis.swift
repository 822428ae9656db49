internal import LinearAlgebra

/// The Assistant axis of one layer: the contrast default − mean role, pointing toward the Assistant
/// (Lu et al., arXiv 2601.10387, section 3).
public struct AssistantAxis: Sendable {
  /// The default Assistant's mean activation; shape (d). Of a bare direction zeros, as nothing is known of it.
  public let assistant: [Double]
  /// The mean of the role vectors, each with equal weight; shape (d).
  public let roleMean: [Double]
  /// assistant − roleMean, in activation units; shape (d).
  public let contrast: [Double]
  /// From the mean role to the default along the axis, in activation units: the length of `contrast`. NaN of a bare direction.
  public let norm: Double
  /// `contrast` at unit length; shape (d).
  public let unit: [Double]

  /// Whether the mean role and the default are known, and with them positions on the axis.
  public var isAnchored: Bool { !norm.isNaN }

  /// The projection of the mean role on the unit axis.
  private let meanProjection: Double

  /// The axis from `roleMean` to `assistant`.
  ///
  /// - Throws: `SpaceFault.noAxis` if the two are equal up to rounding, `.magnitude` if they lie too far or too near for doubles.
  public init(assistant: [Double], roleMean: [Double]) throws {
    let contrast = difference(assistant, roleMean)
    let norm = euclideanNorm(contrast)
    // The mean of a thousand vectors is known to some ten roundings; a difference below that has no direction.
    let noise = 16 * Double.ulpOfOne * max(euclideanNorm(assistant), euclideanNorm(roleMean))
    try SpaceFault.checkMagnitude(norm)
    guard norm > noise, !Self.isRounding(contrast, of: assistant, roleMean) else { throw SpaceFault.noAxis }
    (self.assistant, self.roleMean, self.contrast, self.norm) = (assistant, roleMean, contrast, norm)
    unit = contrast.map { $0 / norm }
    meanProjection = dotProduct(roleMean, unit)
  }

  /// Whether a default in single precision is the mean role but for its rounding, in every dimension.
  private static func isRounding(_ contrast: [Double], of assistant: [Double], _ roleMean: [Double]) -> Bool {
    let rounding = Double(Float.ulpOfOne)
    return contrast.indices.allSatisfy {
      Double(Float(assistant[$0])) == assistant[$0]
        && abs(contrast[$0]) <= rounding * max(abs(assistant[$0]), abs(roleMean[$0]))
    }
  }

  /// The axis along `direction`, shape (d), that comes without the vectors that it was made of.
  ///
  /// Without `anchors` an activation has a projection and nothing else: every other part of its reading is NaN. With them, the mean role
  /// is at position 0 and the default at 1, as both project on the axis; an axis that points away from the default is not turned.
  ///
  /// - Throws: `SpaceFault.noAxis` if the direction has no length, or the anchors project on one point.
  public init(direction: [Double], anchors: (assistant: [Double], roleMean: [Double])? = nil) throws {
    let length = euclideanNorm(direction)
    guard length > 0, length.isFinite else { throw SpaceFault.noAxis }
    let unit = direction.map { $0 / length }
    self.unit = unit
    guard let anchors else {
      let nothing = [Double](repeating: 0, count: direction.count)
      (assistant, roleMean, contrast, norm, meanProjection) = (nothing, nothing, direction, .nan, .nan)
      return
    }
    let (from, to) = (dotProduct(anchors.roleMean, unit), dotProduct(anchors.assistant, unit))
    let noise = 16 * Double.ulpOfOne * max(euclideanNorm(anchors.assistant), euclideanNorm(anchors.roleMean))
    try SpaceFault.checkMagnitude(to - from)
    guard abs(to - from) > noise else { throw SpaceFault.noAxis }
    (assistant, roleMean, contrast) = (anchors.assistant, anchors.roleMean, unit.map { $0 * (to - from) })
    (norm, meanProjection) = (to - from, from)
  }

  /// Where the activation `h`, shape (d), lies with respect to the axis.
  public func reading(of h: ArraySlice<Double>) -> AxisReading {
    guard isAnchored else {
      return AxisReading(
        projection: projection(of: h), position: .nan, distance: .nan, offAxisDistance: .nan, cosine: .nan)
    }
    let products = LineProducts(of: h, first: roleMean, second: assistant, unit: unit)
    // Squares can leave the range of doubles where lengths do not.
    let isPlain = [products.squareFromFirst, products.squareBesideSecond].allSatisfy { $0 > 1e-280 && $0.isFinite }
    return AxisReading(
      // As it is where nothing else is wanted, to the last bit.
      projection: projection(of: h),
      position: products.alongFromFirst / norm,
      // Not the negative, which would be −0 for the default itself.
      distance: 0 - products.alongFromSecond,
      offAxisDistance: isPlain ? products.squareBesideSecond.squareRoot() : distanceBeside(h, products.alongFromSecond),
      cosine: products.alongFromFirst
        / (isPlain ? products.squareFromFirst.squareRoot() : euclideanNorm(difference(h, roleMean))))
  }

  /// |(h − assistant) − `along` v|, without overflow or underflow on the way.
  private func distanceBeside(_ h: ArraySlice<Double>, _ along: Double) -> Double {
    let from = difference(h, assistant)
    return euclideanNorm(zip(from, unit).map { $0 - along * $1 })
  }

  /// The projection of the activation `h`, shape (d), on the unit axis: h · v, in activation units.
  public func projection(of h: ArraySlice<Double>) -> Double { dotProduct(h, unit[...]) }

  /// The axis position of an activation whose projection on the unit axis is `projection`.
  public func position(ofProjection projection: Double) -> Double {
    (projection - meanProjection) / norm
  }
}
