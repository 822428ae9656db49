public import Dumps

/// How principal components of rows are found.
public struct ComponentsOptions: RunOptions {
  /// What it has in common with other runs.
  public var settings = RunSettings()
  /// The components wanted.
  public var count = 10
  /// By which way.
  public var solver = ComponentSolver.auto
  /// The residual ‖C v − λ v‖ / λ that each component is to reach.
  public var tolerance = 1e-6
  /// The passes over the rows that the randomised way may take.
  public var passes = 30
  /// What rows are; nil for what the files have.
  public var rows: RowKind?
  /// The tensor to take of files that hold several.
  public var tensor: String?
  /// The order of the axes of tensors, where it is not (rows, layers, d).
  public var axes: AxesOrder?
  /// The layer numbers of the rows, where no manifest says them.
  public var rowLayers: LayerSelection?
  /// Whether the scores of all rows are written.
  public var writesScores = false
  /// Seconds between the checkpoints of a run.
  public var checkpointSeconds = 60.0
  /// The part of the work that is done, one of several; nil for all of it.
  public var part: WorkPart?

  /// The defaults.
  public init() {}
}

/// Ways to the leading components of a covariance matrix.
public enum ComponentSolver: String, Sendable, CaseIterable {
  /// By the rows, the dimensions, the components and the memory.
  case auto
  /// The covariance matrix is summed in one pass, and decomposed.
  case covariance
  /// The covariance matrix is multiplied with some vectors, in a pass over the rows each time, and never made.
  case randomized
  /// The inner products of the rows are decomposed: for fewer rows than dimensions.
  case dual
}
