public import Files

/// Why responses cannot be averaged to role vectors.
public enum VectorsFault: FileFault, Equatable {
  /// Keys do not say of which questions they are.
  case noQuestions(example: String)
  /// No question has a response left in every role.
  case noCommonQuestion(roles: Int)
  /// Too few roles have enough responses.
  case tooFewRoles(left: Int, needed: Int, minimum: Int, leftOut: [String])
  /// The default Assistant has no responses.
  case emptyDefault(ResponseCounts)
  /// The reference's arithmetic is defined for its type alone.
  case notBFloat16(String)
  /// A mean is beyond what the type of the vectors holds.
  case beyondType(Double, String)
  /// What another process wrote is not to be seen.
  case notShared(process: Int)

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .noQuestions(let example):
      "the key '\(example)' names no question, by which --match-questions goes; <label>_p<prompt>_q<question> is wanted"
    case .noCommonQuestion(let roles):
      "no question has a response left in each of the \(roles) roles; leave --match-questions out, or some roles"
    case .tooFewRoles(let left, let needed, let minimum, let leftOut):
      """
      \(left) role\(left == 1 ? " has" : "s have") \(minimum) response\(minimum == 1 ? "" : "s") or more; at least \(needed) \
      \(needed == 1 ? "is" : "are") needed. \
      \(leftOut.isEmpty ? "Dump more roles" : "Left out: \(listed(leftOut)). Lower --min-count, or keep more with --score")
      """
    case .emptyDefault(let counts):
      """
      no response of the default Assistant is left of \(counts.responses): \(counts.nonFinite) with NaN or infinite values or nothing but zeros, \
      \(counts.unmatched) to questions that other roles lack; dump it again, or leave --match-questions out
      """
    case .notBFloat16(let type):
      "--compat-bf16 is the arithmetic of the reference on bfloat16; this is \(type). Leave the option out"
    case .beyondType(let value, let type):
      "a mean of \(scientific(value)) is beyond what \(type) holds; leave --dtype out, which writes float64"
    case .notShared(let process):
      """
      it is not here as process \(process) of the job wrote it: all processes must see one output folder; write to a file system \
      that all nodes share, or use --part i/N and persona merge
      """
    }
  }
}
