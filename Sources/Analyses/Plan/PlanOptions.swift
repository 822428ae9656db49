public import Dumps
internal import PersonaSpace

/// What a study is to show, and of what a pilot it is planned.
public struct PlanOptions: RunOptions {
  /// What it has in common with other runs.
  public var settings = RunSettings()
  /// The change or difference to be seen, in axis position; nil for none.
  public var drift: Double?
  /// The power to see it with.
  public var power = 0.8
  /// The half-width of an interval of 95 % that is wanted, in axis position; of cos(axis, PC1) as it is. Nil for none.
  public var interval: Double?
  /// The layer; nil for the middle one.
  public var layer: Int?
  /// The layer numbers of the files' rows, where they are not as the manifest or their order says.
  public var rowLayers: LayerSelection?
  /// The exact name of the role that is the Assistant.
  public var assistantName = "default"
  /// Which vector to take of responses that have several a layer.
  public var slot: Int?

  /// The defaults.
  public init() {}

  /// What the study is to show.
  var goals: [PlanGoal] {
    (drift.map { [PlanGoal.power(effect: $0, power: power)] } ?? [])
      + (interval.map { [PlanGoal.interval(halfWidth: $0)] } ?? [])
  }
}
