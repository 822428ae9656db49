internal import Files

/// The names of the files and folders in `folder` that could hold vectors and are not read, for a note: all but hidden ones,
/// the files and folders of a dump, and text.
///
/// - Throws: `FileError` if it is no folder or may not be read.
package func unreadFiles(in folder: String) throws -> [String] {
  try folderContents(folder).filter { name in
    guard !name.hasPrefix("."), tensorStem(name) == nil, let dot = name.lastIndex(of: ".") else { return false }
    let ending = name[name.index(after: dot)...].lowercased()
    let isFolder = fileKind("\(folder)/\(name)") == .folder
    return isFolder ? ending == "zarr" : !textEndings.contains(ending)
  }
}

/// A note on the files in `folders` that are not read; nil if there are none, or the folders cannot be listed.
package func noteOnUnreadFiles(in folders: [String]) -> String? {
  let paths = folders.filter { fileKind($0) == .folder }.flatMap { folder in
    ((try? unreadFiles(in: folder)) ?? []).map { "\(folder)/\($0)" }
  }
  guard let first = paths.first else { return nil }
  let others = paths.count > 1 ? " and \(paths.count - 1) more" : ""
  return "not read: \(first)\(others); what is wanted ends in .pt, .safetensors, .npy or .npz"
}

/// What holds no tensors, by the ending of its name.
private let textEndings: Set<String> = [
  "json", "jsonl", "csv", "tsv", "md", "rst", "txt", "log", "lock", "py", "ipynb", "sh", "html", "pdf", "png", "svg",
  "yaml", "yml",
  "toml", "gguf", "ini", "cfg", "jpg",
]
