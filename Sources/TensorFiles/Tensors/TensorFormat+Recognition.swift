internal import Files

extension TensorFormat {
  /// The bytes by which files are told.
  private static let startLength = 264

  /// The format of the file, and what it is opened by.
  ///
  /// - Throws: `FileError` if it is of none, or a zip archive that is broken.
  static func recognise(_ source: ByteSource, void: ElementType?) throws -> (TensorFormat, Opening) {
    let start = try source.read(at: 0, count: min(source.size, startLength))
    let archive = ZipArchive.magics.contains(where: start.starts) ? try ZipArchive(source) : nil
    let sure = all.first { $0.isSure(of: start, archive) }
    // Before a name is believed: an error page can be called model.safetensors.
    if sure == nil, let words = ForeignFormat.described(start, path: source.path) {
      throw FileError(path: source.path, fault: TensorFault.foreign(words))
    }
    let found = sure ?? all.first { $0.mayBe(start, source.path) }
    if let found { return (found, Opening(source: source, archive: archive, void: void)) }
    let refusal = all.lazy.compactMap { $0.refusal(start, source.path) }.first
    throw FileError(path: source.path, fault: refusal ?? TensorFault.unknownFormat(start: Array(start.prefix(8))))
  }

  private func isSure(of start: [UInt8], _ archive: ZipArchive?) -> Bool {
    switch recognition {
    case .magic(let magics): archive == nil && magics.contains(where: start.starts)
    case .archive(let holds): archive.map(holds) ?? false
    case .form: false
    }
  }

  private func mayBe(_ start: [UInt8], _ path: String) -> Bool {
    if case .form(let fits) = recognition { fits(start, path) } else { false }
  }
}
