internal import Files

/// The array of a `.npy` file; its name is empty. `void` is the type that `|V2` stands for.
func tensorOfNPY(_ source: ByteSource, void: ElementType?) throws -> TensorEntry {
  do {
    let prefix = try source.read(at: 0, count: min(NumPyHeader.prefixLength, source.size))
    let offset = try NumPyHeader.dataOffset(prefix: prefix)
    let header = try NumPyHeader(parsing: try source.read(at: 0, count: min(offset, source.size)), void: void)
    return try header.tensor(named: "", storage: .file(offset: offset, byteCount: source.size - offset))
  } catch let fault as any FileFault {
    throw FileError(path: source.path, fault: fault)
  }
}

/// The arrays of a `.npz` archive, named as their members without `.npy`.
func tensorsOfNPZ(_ archive: ZipArchive, void: ElementType?) throws -> [TensorEntry] {
  try archive.members.map { member in
    do {
      guard member.name.hasSuffix(".npy") else { throw NumPyFault.memberName }
      let name = String(member.name.dropLast(".npy".count))
      let prefix = try archive.start(of: member, count: NumPyHeader.prefixLength)
      let offset = try NumPyHeader.dataOffset(prefix: prefix)
      let header = try NumPyHeader(parsing: try archive.start(of: member, count: offset), void: void)
      return try header.tensor(named: name, storage: .member(member, header: offset))
    } catch let fault as any FileFault {
      throw FileError(path: archive.source.path, place: member.name, fault: fault)
    }
  }
}
