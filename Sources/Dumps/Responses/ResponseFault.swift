public import Files

/// Why files of responses, or their scores, are not such as are wanted.
public enum ResponseFault: FileFault, Equatable {
  /// The folder has no responses.
  case noActivations(found: [String])
  /// The file has no responses.
  case noResponses(found: [String])
  /// Each response has several vectors per layer.
  case slots([Int], command: String)
  /// Each response has as many vectors per layer as tokens.
  case tokens([Int], most: Int, command: String)
  /// A role's folder has a file a layer.
  case layerFiles([String])
  /// There is no such slot.
  case noSlot(Int, [Int])
  /// A dimension is beyond what any dump has.
  case tooLarge([Int])
  /// No scores where they should be.
  case noScores
  /// No response has a wanted label.
  case noLabel([String], present: [String])
  /// Responses that could be along either axis, and vary along the first as layers do.
  case layersFirst([Int], ratio: Double)
  /// The squares of the numbers are beyond what a double holds.
  case overflow(layer: Int)

  /// The kind of trouble.
  public var category: FaultCategory {
    switch self {
    case .noActivations, .noScores: .notFound
    default: .data
    }
  }

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .noActivations(let found):
      """
      no responses here: activations/<role>.pt (or .safetensors, .npz) are wanted; found \(listed(found))\
      \(found.contains("vectors") ? ". Role vectors, as in vectors/, need no averaging: persona fit reads them" : "")
      """
    case .noResponses(let found):
      """
      no response in it: tensors (layers, d) under keys such as pos_p0_q12 are wanted; there is \(listed(found))
      """
    case .slots(let shape, let command):
      """
      responses of shape \(shape), several vectors a layer; say which to take with --slot, from 0 to \(shape[0] - 1), or, if they are \
      tokens, make a dump MEANS of their means: \(command)
      """
    case .tokens(let shape, let most, let command):
      """
      responses of other numbers of rows (\(shape), up to \(most)), which are tokens rather than layers; this makes a dump MEANS of \
      their means (scores are then given with --scores): \(command)
      """
    case .layerFiles(let names):
      """
      a file a layer (\(listed(names, most: 3))), where one a response is wanted, (layers, d) under its key\(seeArrays)
      """
    case .noSlot(let slot, let shape): "no slot \(slot) in responses of shape \(shape); --slot 0 to \(shape[0] - 1)"
    case .tooLarge(let shape):
      """
      shape \(shape): (layers, d) of at most (\(ResponseFile.mostLayers), \(ResponseFile.mostDimensions)) are wanted; is the \
      file damaged?
      """
    case .noScores:
      "no scores here: <role>.json such as {\"pos_p0_q12\": 3} are wanted; name their folder with --scores, or give --score all"
    case .noLabel(let wanted, let present):
      "no response under the label \(listed(wanted)); there are \(listed(present))"
    case .layersFirst(let shape, let ratio):
      """
      shape \(shape) would be taken as (responses, layers, d), but its vectors vary \(AxisVariation.words(ratio)) times as much along \
      the first axis as along the second, as layers do and responses do not: say \
      \(shape[0] == shape[1] ? "" : "the number of layers with \"layers\" in manifest.json, or ")the order with --axes layers,responses,d (or \
      responses,layers,d, if it is that)
      """
    case .overflow(let layer):
      """
      layer \(layer) has numbers whose squares a double does not hold (above 10¹⁵⁴), which no activation is; dump it again
      """
    }
  }
}
