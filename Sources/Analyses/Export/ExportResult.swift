/// What was exported.
public struct ExportResult: Sendable, Encodable {
  /// A layer.
  public struct Layer: Sendable, Encodable {
    /// Its number.
    public let layer: Int
    /// The floor, in axis-projection units; nil where the format holds none.
    public let tau: Double?
    /// The floor in axis position; nil where it is not known.
    public let tauPosition: Double?
  }

  /// What a file that was read back shows.
  public struct Verification: Sendable, Encodable {
    /// What was held against the space's: the cap, the projection, the position.
    public let compared: String
    /// The activations it was computed of, in words.
    public let activations: String
    /// The number of them, layer by layer put together.
    public let count: Int
    /// The largest difference, relative to the length of the activation (of positions: to that in axis lengths).
    public let largestDifference: Double
    /// Whether it is at most `tolerance`.
    public var agrees: Bool { largestDifference <= Self.tolerance }
    /// Float32 rounds by 6e-8 of each value.
    public static let tolerance = 1e-6
  }

  /// The format.
  public let format: ExportFormat
  /// The files written.
  public let files: [String]
  /// The name of the cap; nil where the format holds none.
  public let id: String?
  /// What floors are taken of, in words; nil where there are none.
  public let source: String?
  /// The layers.
  public let layers: [Layer]
  /// Of --verify.
  public let verification: Verification?
}
