public import Files

/// Why parts of the work do not make a whole.
public enum PartsFault: FileFault, Equatable {
  /// There are no parts.
  case noParts
  /// A file is no part.
  case notAPart
  /// A part of another verb than another's.
  case mixed(PartKind, other: String, PartKind)
  /// What was written is not what is there.
  case damaged
  /// A part of other inputs or options than another's.
  case foreign(other: String, difference: String)
  /// The same part twice.
  case doubled(number: Int, count: Int, other: String)
  /// Parts that are not there.
  case missing([Int], count: Int)

  /// The kind of trouble.
  public var category: FaultCategory { self == .noParts ? .notFound : .data }

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .noParts:
      """
      no part-N-of-M.safetensors here or in a folder of it; --part 1/8 -o PARTS/1 makes one, of persona components ROWS or \
      persona vectors DUMP
      """
    case .notAPart:
      "no part that `persona components --part` or `persona vectors --part` wrote; give the files of one run alone"
    case .mixed(let own, let other, let wanted):
      "it is a part of persona \(own.rawValue), and \(other) one of persona \(wanted.rawValue); give the parts of one run alone"
    case .damaged: "its content is not what was written: copy it again, or make the part again"
    case .foreign(let other, let difference):
      """
      it is of another run than \(other): \(difference). All parts must be of the same files and options; make this one \
      again, or copy files with their times (cp -p, rsync -t)
      """
    case .doubled(let number, let count, let other): "part \(number) of \(count) is also in \(other); give it once"
    case .missing(let numbers, let count):
      """
      \(numbers.count) of \(count) parts are not here: \(numbers.prefix(8).map(String.init).joined(separator: ", "))\
      \(numbers.count > 8 ? " and more" : ""); make them with --part \(numbers.first ?? 1)/\(count) and so on, and give all
      """
    }
  }
}
