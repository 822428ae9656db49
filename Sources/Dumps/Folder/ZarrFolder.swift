internal import Files

/// Refuses the folder `path` if it is one of zarr's.
///
/// - Throws: `FileError` that says how to make arrays of it.
package func refuseZarr(_ path: String) throws {
  guard fileKind(path) == .folder,
    [".zarray", ".zgroup", "zarr.json"].contains(where: { fileKind("\(path)/\($0)") == .file })
  else { return }
  let from = pythonPath(Paths.trimmed(path))
  let name = Paths.lastComponent(of: from)
  let stem = name.hasSuffix(".zarr") ? String(name.dropLast(".zarr".count)) : name
  let code =
    "import numpy as np, zarr; z = zarr.open('\(from)', mode='r'); np.savez('\(stem).npz', **({'vectors': z[:]} if hasattr(z, 'shape') else {k: v[:] for k, v in z.arrays()}))"
  throw FileError(path: path, fault: DumpFault.zarr(command: pythonLine(code)))
}

/// What to type about files among `names` that are of kinds which other programs keep activations in; empty if there are none.
func unreadAdvice(_ names: [String]) -> String {
  let found = names.first { name in
    guard let dot = name.lastIndex(of: ".") else { return false }
    return foreignEndings.contains(name[name.index(after: dot)...].lowercased())
  }
  return found.map { "; persona inspect of '\($0)' says what makes arrays of it" } ?? ""
}

private let foreignEndings: Set<String> = [
  "h5", "hdf5", "parquet", "arrow", "feather", "mat", "gz", "zst", "xz", "bz2", "pkl", "pickle", "zarr", "bin", "ckpt",
  "zip", "tar", "7z", "rar", "tgz",
]
