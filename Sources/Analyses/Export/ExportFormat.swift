/// What a space is written as for other programs.
public enum ExportFormat: String, Sendable, CaseIterable, Encodable {
  /// The axis (layers, d), as `torch.load` reads it.
  case torchAxis = "pt-axis"
  /// The layout of published capping configurations: negated unit axes with ceilings.
  case torchCapping = "pt-capping"
  /// One JSON file of unit axes with floors, as projection-cap interfaces of inference engines take them.
  case capJSON = "cap-json"
  /// What reads axis position off activations: a direction and a mean a layer, quantiles in a file beside.
  case readout
  /// A control vector of llama.cpp.
  case gguf
  /// The axis (layers, d) as a NumPy array.
  case npy
  /// The axis as a table, a row a layer.
  case csv

  /// Whether it holds a threshold for each layer.
  public var holdsThresholds: Bool { self == .torchCapping || self == .capJSON }

  /// The ending of its files, without a dot.
  public var ending: String {
    switch self {
    case .torchAxis, .torchCapping: "pt"
    case .capJSON: "json"
    case .readout: "safetensors"
    case .gguf: "gguf"
    case .npy: "npy"
    case .csv: "csv"
    }
  }
}
