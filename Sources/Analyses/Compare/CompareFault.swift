public import Files

/// Why spaces cannot be compared.
public enum CompareFault: FileFault, Equatable {
  /// The folder holds no space.
  case noSpace(String)
  /// The spaces share too few roles.
  case fewCommonRoles(Int, other: String, own: [String], others: [String])
  /// No layer has a partner.
  case noCommonLayer([String])
  /// Relative depth is not known of a space of one layer.
  case unknownDepth
  /// A group of --layer-map has as many layers as there are no spaces.
  case layerMap(numbers: Int, spaces: Int)
  /// One space is of standardised dimensions, the other is not.
  case scaling(other: String)

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .noSpace(let path):
      "there is no space.safetensors in this folder; fit its role vectors with `persona fit \(path) -o OUT`, and compare OUT"
    case .fewCommonRoles(let count, let other, let own, let others):
      """
      \(count == 0 ? "no role" : count == 1 ? "1 role" : "\(count) roles") in common with \(other); at least 3 of the same names are wanted \
      (here \(listed(own, most: 4)); there \(listed(others, most: 4)))
      """
    case .noCommonLayer(let layers):
      """
      no layer has the same number in every space (\(layers.joined(separator: "; "))); pair them with --layer-map, as in 16=12, or \
      --layer-map relative
      """
    case .unknownDepth:
      "relative depth is not known, as it is fitted to a single row; pair the layers by number, as in --layer-map 16=12"
    case .layerMap(let numbers, let spaces):
      "--layer-map: \(numbers) layers in a group for \(spaces) spaces; 2 or \(spaces) are wanted, as in 16=12"
    case .scaling(let other):
      """
      the dimensions of one of this and \(other) are standardised, those of the other are not; fit both with the same \
      --scale
      """
    }
  }
}
