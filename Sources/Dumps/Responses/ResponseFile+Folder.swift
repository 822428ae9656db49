internal import Files
internal import TensorFiles

extension ResponseFile {
  /// The names of what in the folder `path` may hold a role's responses: files of tensors, and folders of them.
  package static func names(in path: String) throws -> [String] {
    let folders = try folderContents(path).filter { name in
      guard !name.hasPrefix("."), fileKind("\(path)/\(name)") == .folder else { return false }
      return try !dumpFiles(in: "\(path)/\(name)").isEmpty
    }
    return try dumpFiles(in: path) + folders
  }

  /// The role of the file, or folder, `name`.
  package static func role(_ name: String) -> String { tensorStem(name) ?? name }

  /// The files that responses are in.
  package var paths: [String] {
    fileKind(path) == .folder ? responses.compactMap(\.path) : [path]
  }

  /// The elements of the layer rows `rows` of `response`.
  package func values(_ response: Response, _ rows: Range<Int>) throws -> [Double] {
    try file(of: response).read(response.tensor, ranges(response, rows))
  }

  /// Their bytes, as they are in the file.
  func bytes(_ response: Response, _ rows: Range<Int>) throws -> [UInt8] {
    try file(of: response).readBytes(response.tensor, ranges(response, rows))
  }

  /// The file that `response` is in: its own is opened when it is read, as a thousand would take too many descriptors.
  private func file(of response: Response) throws -> TensorFile {
    try response.path.map { try TensorFile(path: $0) } ?? file
  }

  /// What says that tensors are of tokens, of which each response has its own number; nil if they do not look so.
  static func tokens(_ tensors: [TensorEntry], _ file: TensorFile) -> ResponseFault? {
    let shapes = tensors.map(\.shape)
    let counts = Set(shapes.map { $0[0] })
    guard
      shapes.allSatisfy({ $0.count >= 2 && $0.count == shapes[0].count && $0.dropFirst() == shapes[0].dropFirst() }),
      counts.count >= 3, counts.count * 4 > shapes.count
    else { return nil }
    return .tokens(shapes[0], most: counts.max() ?? 0, command: meansCommand(file))
  }

  /// What makes a dump of the means over the first dimension of the responses of all files beside `file`.
  static func meansCommand(_ file: TensorFile) -> String {
    let folder = pythonPath(Paths.parent(of: file.path))
    let ending = file.format.ending
    let isTorch = [TensorFormat.torch, .legacyTorch].contains(file.format)
    let (load, save, more) =
      isTorch
      ? ("torch.load(f)", "torch.save", "")
      : ending == "safetensors"
        ? ("load_file(f)", "save_file", "from safetensors.torch import load_file, save_file; ")
        : ("{k: torch.tensor(v) for k, v in np.load(f).items()}", "torch.save", "import numpy as np; ")
    let target = ending == "npz" ? "os.path.basename(f)[:-4] + '.pt'" : "os.path.basename(f)"
    return pythonLine(
      "import glob, os, torch; \(more)os.makedirs('MEANS/activations', exist_ok=True); "
        + "[\(save)({k: v.float().mean(0) for k, v in \(load).items() if hasattr(v, 'shape')}, 'MEANS/activations/' + \(target)) for f in glob.glob('\(folder)/*.\(ending)')]"
    )
  }
}

extension FileState {
  /// That of the file at `path`; of a folder, that of all files in it together.
  ///
  /// - Throws: `FileError` if there is none.
  package init(ofAll path: String) throws {
    guard fileKind(path) == .folder else {
      try self.init(of: path)
      return
    }
    let files = try dumpFiles(in: path).map { try FileState(of: "\(path)/\($0)") }
    func latest(_ times: [[Int]]) -> [Int] { times.max { $0.lexicographicallyPrecedes($1) } ?? [0, 0] }
    self.init(
      size: files.reduce(0) { $0 + $1.size }, number: files.reduce(UInt64(files.count)) { ($0 &* 31) &+ $1.number },
      modified: latest(files.map(\.modified)), entryChanged: latest(files.map(\.entryChanged)))
  }
}
