/// The array of a `.npy` file; its name is empty.
func tensorOfNPY(_ source: ByteSource) throws -> TensorEntry {
  do {
    let prefix = try source.read(at: 0, count: min(NumPyHeader.prefixLength, source.size))
    let offset = try NumPyHeader.dataOffset(prefix: prefix)
    let header = try NumPyHeader(parsing: try source.read(at: 0, count: min(offset, source.size)))
    return try header.tensor(named: "", storage: .file(offset: offset, byteCount: source.size - offset))
  } catch let fault as any FileFault {
    throw FileError(path: source.path, fault: fault)
  }
}

/// The arrays of a `.npz` archive, named as their members without `.npy`.
func tensorsOfNPZ(_ archive: ZipArchive) throws -> [TensorEntry] {
  try archive.members.map { member in
    do {
      guard member.name.hasSuffix(".npy") else { throw NumPyFault.memberName }
      let name = String(member.name.dropLast(".npy".count))
      if member.isDeflated {
        // Deflated data has no random access: what is skipped must be inflated. Headers are short, but zlib gives
        // no less than the whole member here; arrays that matter for size are stored.
        let content = try archive.contents(of: member)
        let offset = try NumPyHeader.dataOffset(prefix: Array(content.prefix(NumPyHeader.prefixLength)))
        let header = try NumPyHeader(parsing: Array(content.prefix(offset)))
        return try header.tensor(named: name, storage: .deflated(member, header: offset))
      }
      let start = try archive.dataOffset(of: member)
      let prefixLength = min(NumPyHeader.prefixLength, member.uncompressedSize)
      let offset = try NumPyHeader.dataOffset(prefix: try archive.source.read(at: start, count: prefixLength))
      let header = try NumPyHeader(
        parsing: try archive.source.read(at: start, count: min(offset, member.uncompressedSize)))
      return try header.tensor(
        named: name, storage: .file(offset: start + offset, byteCount: member.uncompressedSize - offset))
    } catch let fault as any FileFault {
      throw FileError(path: archive.source.path, place: member.name, fault: fault)
    }
  }
}
