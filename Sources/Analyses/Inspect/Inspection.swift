public import Dumps

/// What tensor files and dump folders hold.
public struct Inspection: Sendable, Encodable {
  /// A tensor, or tensors of one type and shape in several files.
  public struct Group: Sendable, Encodable {
    /// The part of a dump folder it lies in, with a slash; empty for a file.
    public let part: String
    /// Its name; nil for several.
    public let name: String?
    /// The element type.
    public let type: String
    /// The shape; of turns and tokens without the first dimension, which differs from file to file.
    public let shape: [Int]
    /// The least and most of the first dimension that `shape` leaves out; nil where it does not.
    public internal(set) var rows: [Int]?
    /// The number of layers: the dimension before the last; nil for other tensors than activations.
    public let layers: Int?
    /// How many files and tensors there are of it.
    public internal(set) var files, tensors: Int
    /// How many elements are NaN or infinite; nil where values were not read.
    public internal(set) var nonFinite: Int?
    /// How many vectors along the last dimension are nothing but zeros; nil where values were not read, or are no activations.
    public internal(set) var zeros: Int?
    /// The least and most of these tensors in one file: the responses of a role.
    public internal(set) var tensorsPerFile: [Int]
    /// The last dimension's indices of the largest mean square, largest first, that hold ten times an even share of the
    /// squared norm each, eight at most; nil where values were not read, are no activations, or are not finite.
    public internal(set) var massiveDimensions: [MassiveDimension]?
  }

  /// A dimension that is far larger than the rest.
  public struct MassiveDimension: Sendable, Encodable {
    /// Its index in the hidden size.
    public let index: Int
    /// Its share of the squared norm, in 0…1.
    public let share: Double
  }

  /// The path as given.
  public let path: String
  /// The file's format, or `folder`.
  public let format: String
  /// The size in bytes of the files read.
  public let bytes: Int
  /// What the manifest says, if there is one.
  public let manifest: Manifest?
  /// The tensors.
  public let groups: [Group]
  /// The roles of a folder with `vectors/` or `activations/`, the default Assistant among them; nil for others.
  public let roles: Int?
  /// What stands beside the tensors of a single file.
  public let metadata: [String: String]
  /// How many more such values there are, which are not kept.
  public let omittedMetadata: Int
  /// Counts of other parts of a folder: scores, transcripts.
  public let others: [String: Int]
  /// What a user should know of: files that are not read, vectors that are the same.
  public let notes: [String]
}
