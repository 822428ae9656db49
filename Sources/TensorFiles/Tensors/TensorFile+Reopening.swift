package import Files

extension TensorFile {
  /// What opening has found out about a file, without the open file: thousands can be known at a time, and opened again at little cost.
  package struct Known: Sendable {
    package let path: String
    /// The state of the file that it holds of.
    package let identity: FileIdentity?
    fileprivate let format: TensorFormat
    fileprivate let tensors: [TensorEntry]
    fileprivate let metadata: [(key: String, value: String)]
    fileprivate let omittedMetadata: Int
    /// Reads nothing.
    fileprivate let archive: ZipArchive?
  }

  /// What is known of the file.
  package var known: Known {
    Known(
      path: path, identity: identity, format: format, tensors: tensors, metadata: metadata,
      omittedMetadata: omittedMetadata, archive: archive?.reading(ByteSource([], name: path)))
  }

  /// Opens the file that `known` describes again.
  ///
  /// - Throws: `FileError` if it cannot be opened, or was changed or replaced since.
  package init(_ known: Known) throws {
    let source = try ByteSource(path: known.path)
    guard source.identity == known.identity else {
      throw FileError(path: known.path, fault: AccessFault.changed)
    }
    self.source = source
    (path, format, tensors) = (known.path, known.format, known.tensors)
    (metadata, omittedMetadata) = (known.metadata, known.omittedMetadata)
    archive = known.archive?.reading(source)
  }
}
