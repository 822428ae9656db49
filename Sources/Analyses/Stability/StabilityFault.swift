internal import Dumps
public import Files

/// Why stability cannot be measured.
public enum StabilityFault: FileFault, Equatable {
  /// There are no responses but the Assistant's.
  case noPersonas(String)
  /// No persona has a target in what is given as targets.
  case noTargets(personas: [String], targets: [String])
  /// Targets, or responses, are of another number of dimensions.
  case hiddenSize(String, found: Int, space: Int)
  /// The space was fitted with another Assistant than is named.
  case otherAssistant(space: String, given: String)

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .noPersonas(let name):
      "no responses of a persona: activations/<role>.pt (or .safetensors, .npz) are wanted beside those of '\(name)'"
    case .noTargets(let personas, let targets):
      "no target of \(listed(personas, most: 4)) among \(listed(targets, most: 4)): names must be the same"
    case .hiddenSize(let what, let found, let space):
      "hidden size \(found), the space has \(space): \(what) must be of a model with the same"
    case .otherAssistant(let name, let given):
      "its Assistant is '\(name)', and --default names '\(given)'; leave the option out, or fit a space with --default \(given)"
    }
  }
}
