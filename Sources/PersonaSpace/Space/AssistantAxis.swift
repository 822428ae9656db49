internal import LinearAlgebra

/// The Assistant axis of one layer: the contrast default − mean role, pointing toward the Assistant
/// (Lu et al., arXiv 2601.10387, section 3).
public struct AssistantAxis: Sendable {
  /// The default Assistant's mean activation; shape (d).
  public let assistant: [Double]
  /// The mean of the role vectors, each with equal weight; shape (d).
  public let roleMean: [Double]
  /// assistant − roleMean, in activation units; shape (d).
  public let contrast: [Double]
  /// The length of `contrast`, in activation units.
  public let norm: Double
  /// `contrast` at unit length; shape (d).
  public let unit: [Double]

  /// The projection of the mean role on the unit axis.
  private let meanProjection: Double

  /// The axis from `roleMean` to `assistant`.
  ///
  /// - Throws: `SpaceFault.noAxis` if the two are equal up to rounding.
  public init(assistant: [Double], roleMean: [Double]) throws {
    let contrast = difference(assistant, roleMean)
    let norm = euclideanNorm(contrast)
    // The mean of a thousand vectors is known to some ten roundings; a difference below that has no direction.
    let noise = 16 * Double.ulpOfOne * max(euclideanNorm(assistant), euclideanNorm(roleMean))
    guard norm > noise, norm.isFinite else { throw SpaceFault.noAxis }
    (self.assistant, self.roleMean, self.contrast, self.norm) = (assistant, roleMean, contrast, norm)
    unit = contrast.map { $0 / norm }
    meanProjection = dotProduct(roleMean, unit)
  }

  /// Where the activation `h`, shape (d), lies with respect to the axis.
  public func reading(of h: ArraySlice<Double>) -> AxisReading {
    let (fromMean, fromAssistant) = (difference(h, roleMean), difference(h, assistant))
    let along = dotProduct(fromAssistant, unit)
    var offAxis = 0.0
    for j in unit.indices {
      let rest = fromAssistant[j] - along * unit[j]
      offAxis += rest * rest
    }
    return AxisReading(
      projection: projection(of: h),
      position: dotProduct(fromMean, contrast) / (norm * norm),
      distance: -along,
      offAxisDistance: offAxis.squareRoot(),
      cosine: dotProduct(fromMean, unit) / euclideanNorm(fromMean))
  }

  /// The projection of the activation `h`, shape (d), on the unit axis: h · v, in activation units.
  public func projection(of h: ArraySlice<Double>) -> Double { dotProduct(h, unit[...]) }

  /// The axis position of an activation whose projection on the unit axis is `projection`.
  public func position(ofProjection projection: Double) -> Double {
    (projection - meanProjection) / norm
  }
}
