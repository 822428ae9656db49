extension UnknownMeasurement {
  /// The reason, and what would tell, in a clause.
  public var words: String {
    switch self {
    case .notRecorded(let names):
      """
      no error of measurement is recorded of \(names.joined(separator: " and ")): a space has it that `persona fit` makes of answers \
      (activations/) to five questions or more, of the default, too, without --bootstrap 0
      """
    case .otherRoles(let space, let common, let fitted):
      """
      the errors of \(space) are of its \(fitted) roles, of which \(common) are in common, and about their mean: they are known where \
      both are fitted to about the same roles
      """
    case .axisInNoise(let space):
      "the axis of \(space) is not longer than the error of measuring it: more questions would tell"
    }
  }
}
