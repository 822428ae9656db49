public import TensorFiles

/// Why responses cannot be averaged.
public enum ResponseFault: FileFault, Equatable {
  /// The folder has no responses.
  case noActivations(found: [String])
  /// The file has no responses.
  case noResponses(found: [String])
  /// Each response has several vectors per layer.
  case slots([Int])
  /// There is no such slot.
  case noSlot(Int, [Int])
  /// A dimension is beyond what any dump has.
  case tooLarge([Int])
  /// No scores where they should be.
  case noScores
  /// Keys do not say of which questions they are.
  case noQuestions(example: String)
  /// No question has a response left in every role.
  case noCommonQuestion(roles: Int)
  /// A value is not finite.
  case notFinite(layer: Int, dimension: Int, value: Double, responses: Int)
  /// The squares of the numbers are beyond what a double holds.
  case overflow(layer: Int)
  /// Too few roles have enough responses.
  case tooFewRoles(left: Int, needed: Int, minimum: Int, leftOut: [String])
  /// The default Assistant has no responses.
  case emptyDefault(ResponseCounts)
  /// The reference's arithmetic is defined for its type alone.
  case notBFloat16(String)

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
    case .slots(let shape):
      "responses of shape \(shape), several vectors a layer; say which to take with --slot, from 0 to \(shape[0] - 1)"
    case .noSlot(let slot, let shape): "no slot \(slot) in responses of shape \(shape); --slot 0 to \(shape[0] - 1)"
    case .tooLarge(let shape):
      """
      shape \(shape): (layers, d) of at most (\(ResponseFile.mostLayers), \(ResponseFile.mostDimensions)) are wanted; is the \
      file damaged?
      """
    case .noScores:
      "no scores here: <role>.json such as {\"pos_p0_q12\": 3} are wanted; name their folder with --scores, or give --score all"
    case .noQuestions(let example):
      "the key '\(example)' names no question, by which --match-questions goes; <label>_p<prompt>_q<question> is wanted"
    case .noCommonQuestion(let roles):
      "no question has a response left in each of the \(roles) roles; leave --match-questions out, or some roles"
    case .notFinite(let layer, let dimension, let value, let responses):
      """
      \(value.isNaN ? "NaN" : "infinity") at layer \(layer), dimension \(dimension) (\(responses) \
      response\(responses == 1 ? "" : "s") of the file have such values); dump it again, or leave such responses out with \
      --nonfinite skip
      """
    case .overflow(let layer):
      """
      layer \(layer) has numbers whose squares a double does not hold (above 10¹⁵⁴), which no activation is; dump it again
      """
    case .tooFewRoles(let left, let needed, let minimum, let leftOut):
      """
      \(left) role\(left == 1 ? " has" : "s have") \(minimum) response\(minimum == 1 ? "" : "s") or more; at least \(needed) \
      \(needed == 1 ? "is" : "are") needed. \
      \(leftOut.isEmpty ? "Dump more roles" : "Left out: \(listed(leftOut)). Lower --min-count, or keep more with --score")
      """
    case .emptyDefault(let counts):
      """
      no response of the default Assistant is left of \(counts.responses): \(counts.nonFinite) with NaN or infinite values, \
      \(counts.unmatched) to questions that other roles lack; dump it again, or leave --match-questions out
      """
    case .notBFloat16(let type):
      "--compat-bf16 is the arithmetic of the reference on bfloat16; this is \(type). Leave the option out"
    }
  }
}
