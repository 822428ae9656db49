internal import Files
internal import TensorFiles

/// The sub-folders of a dump.
package let dumpParts = [
  "vectors", "role_vectors", "activations", "turns", "traits", "trait_vectors", "scores", "transcripts",
  "baseline",
]

/// The folder with a file a role in the dump `path`: `vectors/`, or `role_vectors/`, as published ones are laid out; nil if there
/// is none.
package func vectorsFolder(ofDump path: String) -> String? {
  ["vectors", "role_vectors"].map { "\(path)/\($0)" }.first { fileKind($0) == .folder }
}

/// The folder with a file a trait in the dump `path`: `traits/`, or `trait_vectors/` where that alone is there.
package func traitsFolder(ofDump path: String) -> String {
  let published = "\(path)/trait_vectors"
  return fileKind("\(path)/traits") != .folder && fileKind(published) == .folder ? published : "\(path)/traits"
}

/// The name of a tensor file without its ending; nil for other and for hidden files.
package func tensorStem(_ name: String) -> String? { TensorFormat.stem(ofDumpFile: name) }

/// The names of the files of vectors or turns in `folder`: those with tensors, but not a space that was fitted there.
///
/// - Parameter isWanted: which of them are looked at, by `purpose`: others may come and go while a run goes on.
package func dumpFiles(
  in folder: String, for purpose: String = "dump", where isWanted: @escaping @Sendable (String) -> Bool = { _ in true }
) throws -> [String] {
  try InputStates.listed(folder, for: purpose) {
    try folderContents(folder).filter {
      tensorStem($0) != nil && isWanted($0) && $0 != "space.safetensors" && kindNow(of: "\(folder)/\($0)") != .folder
    }
  }
}

/// The names of the files of role vectors in `folder`: those with tensors, or where there are none control vectors, of which each is
/// a role.
func vectorFiles(in folder: String) throws -> [String] {
  let files = try dumpFiles(in: folder)
  return files.isEmpty ? try folderContents(folder).filter { controlVectorStem($0) != nil } : files
}

/// The name of a control vector without its ending; nil for other files.
func controlVectorStem(_ name: String) -> String? {
  name.hasSuffix(".gguf") && !name.hasPrefix(".") ? String(name.dropLast(".gguf".count)) : nil
}

/// The name of the file or folder at `path`, links followed, also of `.`.
package func resolvedName(_ path: String) -> String {
  let resolved = resolvedPath(path) ?? path
  return Paths.components(resolved).last ?? path
}

/// The dump folder that `path` means: itself, or the folder above if it is the `vectors/`, `role_vectors/`
/// or `activations/` of a dump.
package func dumpRoot(of path: String) -> String {
  guard fileKind(path) == .folder, ["vectors", "role_vectors", "activations"].contains(resolvedName(path)) else {
    return path
  }
  let above = Paths.above(path)
  let contents = (try? folderContents(above)) ?? []
  let isDump =
    resolvedName(path) == "activations"
    || contents.contains { $0 == "manifest.json" || $0 == "roles.csv" || tensorStem($0) != nil }
  return isDump ? above : path
}

/// Checks that nothing written to the folder `output` can replace an input or pass for one in a later run: it may
/// neither be an input folder nor lie in one, except beside the parts of a dump.
///
/// - Throws: `FileError` if it does.
public func checkOutput(_ output: String, against inputs: [String]) throws {
  var (existing, below) = (Paths.trimmed(output), [String]())
  while kindNow(of: existing) == .missing, existing != "/", existing != "." {
    below.insert(Paths.lastComponent(of: existing), at: 0)
    existing = Paths.parent(of: existing)
  }
  guard let found = resolvedPath(existing) else { return }
  let place = Paths.components(found) + below
  for input in inputs where fileKind(input) == .folder {
    guard let root = resolvedPath(dumpRoot(of: input)).map(Paths.components), place.starts(with: root) else {
      continue
    }
    let isDump = dumpParts.contains { fileKind("\(dumpRoot(of: input))/\($0)") == .folder }
    let isBeside = place.count > root.count && isDump && !dumpParts.contains(place[root.count])
    if !isBeside { throw FileError(path: output, fault: OutputFault.insideInput(input)) }
  }
}
