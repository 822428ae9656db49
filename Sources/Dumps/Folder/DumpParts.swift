internal import Files

/// The sub-folders of a dump.
package let dumpParts = ["vectors", "activations", "turns", "traits", "scores", "transcripts"]

/// The endings of files that hold tensors.
private let tensorExtensions = ["pt", "pth", "safetensors", "npy", "npz"]

/// The name of a tensor file without its ending; nil for other and for hidden files.
package func tensorStem(_ name: String) -> String? {
  guard !name.hasPrefix("."), let dot = name.lastIndex(of: ".") else { return nil }
  let ending = String(name[name.index(after: dot)...]).lowercased()
  return tensorExtensions.contains(ending) ? String(name[..<dot]) : nil
}

/// The names of the files of vectors or turns in `folder`: those with tensors, but not a space that was fitted there.
package func dumpFiles(in folder: String) throws -> [String] {
  try folderContents(folder).filter {
    tensorStem($0) != nil && $0 != "space.safetensors" && fileKind("\(folder)/\($0)") != .folder
  }
}

/// The last component of `path`, also of `.` and of paths that end in a slash.
package func lastComponent(_ path: String) -> String {
  (resolvedPath(path) ?? path).split(separator: "/").last.map(String.init) ?? path
}

/// The dump folder that `path` means: itself, or the folder above if it is the `vectors/` or `activations/` of a dump.
package func dumpRoot(of path: String) -> String {
  guard fileKind(path) == .folder, ["vectors", "activations"].contains(lastComponent(path)) else { return path }
  let above = path == "." || path.hasSuffix("/..") ? path + "/.." : OutputFile.folder(of: trimmed(path))
  let contents = (try? folderContents(above)) ?? []
  let isDump =
    lastComponent(path) == "activations"
    || contents.contains { $0 == "manifest.json" || $0 == "roles.csv" || tensorStem($0) != nil }
  return isDump ? above : path
}

/// `path` without slashes at its end.
package func trimmed(_ path: String) -> String {
  path.count > 1 && path.hasSuffix("/") ? trimmed(String(path.dropLast())) : path
}

/// Checks that nothing written to the folder `output` can replace an input or pass for one in a later run: it may
/// neither be an input folder nor lie in one, except beside the parts of a dump.
///
/// - Throws: `FileError` if it does.
public func checkOutput(_ output: String, against inputs: [String]) throws {
  var (existing, below) = (trimmed(output), [Substring]())
  while fileKind(existing) == .missing, existing != "/", existing != "." {
    below.insert(existing.split(separator: "/").last ?? "", at: 0)
    existing = OutputFile.folder(of: existing)
  }
  guard let found = resolvedPath(existing) else { return }
  let place = found.split(separator: "/") + below
  for input in inputs where fileKind(input) == .folder {
    guard let root = resolvedPath(dumpRoot(of: input))?.split(separator: "/"), place.starts(with: root) else {
      continue
    }
    let isDump = dumpParts.contains { fileKind("\(dumpRoot(of: input))/\($0)") == .folder }
    let isBeside = place.count > root.count && isDump && !dumpParts.contains(String(place[root.count]))
    if !isBeside { throw FileError(path: output, fault: OutputFault.insideInput(input)) }
  }
}
