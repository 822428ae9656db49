internal import Files

/// A format of tensor files: what it is called, how it is told, what reads it and what it can be written from.
///
/// Whatever depends on which formats there are asks `all`: opening, dumps, inspection, conversion, errors, fuzzing.
public struct TensorFormat: Sendable {
  /// What it is called, also where its reader is fuzzed; each has its own.
  public let name: String
  /// The endings of its files, in lower case and without a dot. The first is the one that messages name.
  public let endings: [String]
  /// Whether a file with such an ending is taken for a part of a dump: role vectors, responses, turns.
  public let isDumpFile: Bool

  /// How its files are told.
  let recognition: Recognition
  /// Opens a file of it.
  let open: @Sendable (Opening) throws -> FileContent
  /// What is wrong with a file that looks like a relative of it which is not read; nil of one that does not.
  let refusal: @Sendable (_ start: [UInt8], _ path: String) -> (any FileFault)?
  /// What can be written in it.
  package let writing: Writing

  /// How the files of a format are told from others.
  enum Recognition: Sendable {
    /// By the first bytes: one of these.
    case magic([[UInt8]])
    /// As a zip archive with such members.
    case archive(@Sendable (ZipArchive) -> Bool)
    /// By the first 264 bytes and the path, once no magic number was found: the format has none.
    case form(@Sendable (_ start: [UInt8], _ path: String) -> Bool)
  }

  /// A file to be opened.
  struct Opening {
    let source: ByteSource
    /// The archive that it is, if it is one.
    let archive: ZipArchive?
    /// The type that two raw bytes of a NumPy array stand for.
    let void: ElementType?
  }

  /// What can be written in a format.
  package enum Writing: Sendable {
    case nothing
    /// Tensors of any shape.
    case tensors(TensorWriting)
    /// A direction of float32 for each layer.
    case controlVector
  }

  init(
    name: String, endings: [String], isDumpFile: Bool = true, recognition: Recognition,
    open: @escaping @Sendable (Opening) throws -> FileContent,
    refusal: @escaping @Sendable ([UInt8], String) -> (any FileFault)? = { _, _ in nil }, writing: Writing = .nothing
  ) {
    (self.name, self.endings, self.isDumpFile, self.recognition) = (name, endings, isDumpFile, recognition)
    (self.open, self.refusal, self.writing) = (open, refusal, writing)
  }

  /// The ending that messages name.
  public var ending: String { endings[0] }
}

extension TensorFormat: Equatable {
  /// Whether they are one entry of the registry.
  public static func == (a: Self, b: Self) -> Bool { a.name == b.name }
}
