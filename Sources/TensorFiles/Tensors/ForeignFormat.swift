internal import Files

/// A file of another kind in which activations are kept, or that stands where a download should be: what it is called, and what
/// makes tensors of it.
enum ForeignFormat {
  /// What the file at `path` is, which begins with `start`, and what to type; nil if it is none of these.
  static func described(_ start: [UInt8], path: String) -> String? {
    // A stream of Arrow's goes on with the length of its description, below 2²⁴.
    let isStream = start.count > 8 && start[7] == 0
    if let found = kinds.first(where: { start.starts(with: $0.start) && ($0.start.first != 0xFF || isStream) }) {
      return found.words(pythonPath(path))
    }
    // After eight bytes of length, a safetensors file has its own.
    if start.count > 8, start[8] == UInt8(ascii: "{") { return nil }
    return text(start, pythonPath(path))
  }

  private struct Kind {
    let start: [UInt8]
    let words: @Sendable (String) -> String

    init(_ start: [UInt8], _ words: @escaping @Sendable (String) -> String) {
      (self.start, self.words) = (start, words)
    }
    init(_ start: String, _ words: @escaping @Sendable (String) -> String) { self.init(Array(start.utf8), words) }
  }

  private static let kinds: [Kind] = [
    Kind([0x89] + Array("HDF".utf8)) { hdf5("an HDF5 file", $0) },
    Kind("MATLAB 7") { hdf5("a MATLAB file", $0) },
    Kind("MATLAB") { path in
      """
      a MATLAB file, which is not read; this makes arrays of it: \
      \(line("import numpy as np, scipy.io", "np.savez('\(stem(path)).npz', **{k: v for k, v in scipy.io.loadmat('\(path)').items() if k[0] != '_'})"))
      """
    },
    Kind("PAR1") { table("a Parquet file", "pyarrow.parquet", "q.read_table('\($0)')", $0) },
    Kind("ARROW1") { table("an Arrow file", "pyarrow.feather", "q.read_table('\($0)')", $0) },
    Kind([0xFF, 0xFF, 0xFF, 0xFF]) {
      table(
        "an Arrow stream, as datasets are cached", "pyarrow", "q.ipc.open_stream(q.memory_map('\($0)')).read_all()", $0)
    },
    Kind("FEA1") { table("a Feather file", "pyarrow.feather", "q.read_table('\($0)')", $0) },
    Kind([0x1F, 0x8B]) { unpacked("a gzip file", "import gzip, shutil", "gzip.open('\($0)')", $0) },
    Kind("BZh") { unpacked("a bzip2 file", "import bz2, shutil", "bz2.open('\($0)')", $0) },
    Kind([0xFD] + Array("7zXZ".utf8)) { unpacked("an xz file", "import lzma, shutil", "lzma.open('\($0)')", $0) },
    Kind([0x28, 0xB5, 0x2F, 0xFD]) {
      unpacked(
        "a Zstandard file", "import shutil, zstandard",
        "zstandard.ZstdDecompressor().stream_reader(open('\($0)', 'rb'))", $0)
    },
    Kind(Array("7z".utf8) + [0xBC, 0xAF]) { "a 7z archive, which is not read; unpack it with 7z x '\($0)'" },
    Kind("Rar!") { "a RAR archive, which is not read; unpack it with unrar x '\($0)'" },
    Kind("version https://git-lfs") { path in
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      let folder = parts.count > 1 ? parts.dropLast().joined(separator: "/") : "."
      return
        "a Git LFS pointer, not the file itself; in a clone, with git-lfs installed, fetch that with git -C '\(folder.isEmpty ? "/" : folder)' lfs install, then "
        + "git -C '\(folder.isEmpty ? "/" : folder)' lfs pull; a pointer that was downloaded by itself lies under /raw/, the file under /resolve/"
    },
    Kind("# xet") { _ in
      "a Xet pointer, not the file itself; fetch that with the tool it comes from, such as git xet or hf download"
    },
    Kind("/annex/") { _ in "a git-annex pointer, not the file itself; fetch that with git annex get" },
  ]

  private static func line(_ imports: String, _ code: String) -> String { pythonLine("\(imports); \(code)") }

  /// The name of a file without its last ending.
  private static func stem(_ path: String) -> String {
    let name = Paths.lastComponent(of: path)
    return name.lastIndex(of: ".").map { $0 == name.startIndex ? name : String(name[..<$0]) } ?? name
  }

  private static func hdf5(_ name: String, _ path: String) -> String {
    """
    \(name), which is not read; this makes arrays of it: \
    \(line("import h5py, numpy as np", "d = {}; h5py.File('\(path)').visititems(lambda n, v: d.update({n.replace('/', '.'): v[()]}) if hasattr(v, 'shape') else None); np.savez('\(stem(path)).npz', **d)"))
    """
  }

  private static func table(_ name: String, _ module: String, _ read: String, _ path: String) -> String {
    """
    \(name), which is not read; this makes arrays of its columns: \
    \(line("import numpy as np, \(module) as q", "t = \(read); np.savez('\(stem(path)).npz', **{c: np.array(t[c].to_pylist()) for c in t.column_names})"))
    """
  }

  private static func unpacked(_ name: String, _ imports: String, _ stream: String, _ path: String) -> String {
    let (stem, whole) = (stem(path), Paths.lastComponent(of: path))
    // pirate.pt.gz holds pirate.pt; a packed pirate.pt is given another name.
    let isNamed = TensorFormat.isTensorFile(stem)
    let ending = whole.lastIndex(of: ".").map { String(whole[$0...]) } ?? ""
    let target = isNamed || !TensorFormat.isTensorFile(whole) ? stem : "\(stem)_unpacked\(ending)"
    return """
      \(name), which is not read; this unpacks it: \
      \(line(imports, "shutil.copyfileobj(\(stream), open('\(target)', 'wb'))"))
      """
  }

  private static func text(_ start: [UInt8], _ path: String) -> String? {
    let visible = start.drop { [0x20, 0x0A, 0x0D, 0x09].contains($0) }
    let quoted = listed([String(decoding: visible.prefix(60).prefix { (0x20..<0x7F).contains($0) }, as: UTF8.self)])
    switch visible.first {
    case UInt8(ascii: "<"): return "a web page or XML (\(quoted)), not tensors; the download went wrong, fetch it again"
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      let words = String(decoding: visible.prefix(200), as: UTF8.self).lowercased()
      if ["\"error\"", "\"message\"", "\"detail\""].contains(where: words.contains) {
        return "an error message in JSON (\(quoted)), not tensors; the download went wrong, fetch it again"
      }
      guard visible.dropFirst().first.map({ "\"{[-0123456789 \n".utf8.contains($0) }) ?? false else { return nil }
      return """
        JSON (\(quoted)), which is not read as tensors; of a list of numbers this makes an array: \
        \(line("import json, numpy as np", "np.save('\(stem(path)).npy', np.array(json.load(open('\(path)')), 'float32'))"))
        """
    default: return nil
    }
  }
}
