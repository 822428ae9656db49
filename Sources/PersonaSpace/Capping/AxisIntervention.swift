/// What is done to every token along the axis, at one layer.
public enum AxisIntervention: Sendable, Hashable {
  /// Capping: a floor τ on the projection, h′ = h − v · min(h · v − τ, 0).
  case floor(Double)
  /// Steering: h′ = h + α v, by α in axis-projection units, whatever the projection is.
  case offset(Double)
  /// Removal of the projection: h′ = h − (h · v) v. What is left says nothing along the axis, of any token.
  case removal

  /// The projection h′ · v of an activation that projects to `projection`.
  public func apply(to projection: Double) -> Double {
    switch self {
    case .floor(let tau): max(projection, tau)
    case .offset(let alpha): projection + alpha
    case .removal: 0
    }
  }

  /// Whether it moves an activation that projects to `projection`.
  public func touches(_ projection: Double) -> Bool { apply(to: projection) != projection }

  /// The floor; NaN of others.
  public var tau: Double { if case .floor(let tau) = self { tau } else { .nan } }

  /// The offset; nil of others.
  public var alpha: Double? { if case .offset(let alpha) = self { alpha } else { nil } }

  /// What it is called in tables.
  public var name: String {
    switch self {
    case .floor: "floor"
    case .offset: "offset"
    case .removal: "removal"
    }
  }
}
