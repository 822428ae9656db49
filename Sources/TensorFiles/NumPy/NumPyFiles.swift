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

/// The arrays of a `.npz` archive, named as their members without `.npy`; those of texts, such as names of roles, are values beside
/// them.
func contentOfNPZ(_ archive: ZipArchive, void: ElementType?) throws -> FileContent {
  var content = FileContent()
  for member in archive.members {
    do {
      guard member.name.hasSuffix(".npy") else { throw NumPyFault.memberName }
      let name = String(member.name.dropLast(".npy".count))
      let prefix = try archive.start(of: member, count: NumPyHeader.prefixLength)
      let offset = try NumPyHeader.dataOffset(prefix: prefix)
      let start = try archive.start(of: member, count: offset)
      if let texts = try NumPyTexts(try NumPyHeader.fields(parsing: start), of: member, in: archive) {
        for (place, text) in texts.values.enumerated() { content.note(text, "\(name).\(place)") }
        continue
      }
      let header = try NumPyHeader(parsing: start, void: void)
      content.tensors.append(try header.tensor(named: name, storage: .member(member, header: offset)))
    } catch let fault as any FileFault {
      throw FileError(path: archive.source.path, place: member.name, fault: fault)
    }
  }
  return content
}
