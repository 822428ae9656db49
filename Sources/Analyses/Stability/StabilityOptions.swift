public import Dumps
public import PersonaSpace

/// How resistance and instability are measured.
public struct StabilityOptions: RunOptions {
  /// What it has in common with other runs.
  public var settings = RunSettings()
  /// What depth is measured against.
  public enum Target: Sendable, Equatable {
    /// Nothing but the doses of prompts, where the dump has them.
    case none
    /// The space's role vectors.
    case space
    /// Another dump's responses, or vectors: a folder or a file.
    case path(String)
  }

  /// What depth is measured against.
  public var target = Target.none
  /// Which responses of another dump make a reference, and how many it takes; the minimum is `usualMinimum` where these have
  /// scores, and 2 elsewhere. All responses of the dump itself are measured.
  public var filter = ResponseFilter()
  /// The layer numbers of the files' rows, where they are not as the manifest or their order says.
  public var rowLayers: LayerSelection?
  /// The exact name of the role that is the Assistant.
  public var assistantName = "default"
  /// Which vector to take of responses that have several a layer.
  public var slot: Int?
  /// The order of the axes of responses, where it is not (layers, d).
  public var axes: AxesOrder?
  /// How many components are read out.
  public var components = 3
  /// From where on a persona counts as resisted, and as unstable.
  public var cutoffs = Quadrant.Cutoffs()
  /// From where on states are told apart.
  public var criteria = StateCriteria()
  /// Whether each response is listed as well.
  public var listsResponses = false
  /// The bytes that sums over layers may take; one layer is had in any case.
  public var memory = 512 << 20

  /// Whether the space was fitted to this very dump, so that rows that nothing numbers are of the layers they were then.
  var isDumpOfSpace = false

  /// Fewer scored responses make no reference (Lu et al. accept ten).
  public static let usualMinimum = 10

  /// The defaults.
  public init() {}

  /// The options that bear on the numbers, by their long names.
  var recorded: [String: String] {
    let from =
      switch target {
      case .none: "none"
      case .space: "space"
      case .path(let path): path
      }
    return [
      "targets": from, "stability-components": "\(components)", "resistance-cutoff": "\(cutoffs.resistance)",
      "instability-cutoff": "\(cutoffs.instability)", "instability-ratio-cutoff": "\(cutoffs.ratio)",
      "two-states-advantage": "\(criteria.advantage)", "two-states-separation": "\(criteria.separation)",
      "clear-of-default": "\(criteria.clearance)", "least-departure": "\(criteria.distance)",
      "least-answers": "\(criteria.answers)",
    ]
  }
}
