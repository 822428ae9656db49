package import Files

/// Writes a file of `torch.save` (PyTorch 1.6 and later), which `torch.load` reads with `weights_only=True`, mapped or not.
package enum TorchWriter {
  /// The folder of the archive in which everything lies; readers take any.
  private static let root = "archive"

  /// Writes `value` to `file` and closes it.
  ///
  /// - Throws: `FileError` if it cannot be written or flushed to the device.
  package static func write(_ value: TorchValue, to file: OutputFile) throws {
    let pickle = PickleWriter(value)
    let archive = ZipWriter(file)
    try archive.add("\(root)\(TorchArchive.pickleSuffix)", pickle.bytes)
    try archive.add("\(root)/.format_version", Array("1".utf8))
    try archive.add("\(root)/.storage_alignment", Array("\(ZipWriter.alignment)".utf8))
    try archive.add("\(root)/byteorder", Array("little".utf8))
    for (place, storage) in pickle.storages.enumerated() {
      try archive.add("\(root)/data/\(place)", storage.elementType.encode(storage.elements[...]))
    }
    try archive.add("\(root)/version", Array("3\n".utf8))
    try archive.finish()
    try file.close()
  }
}
