public import Files

/// A request that a tensor file cannot fulfil.
public enum TensorFault: FileFault, Equatable {
  /// The content is of no format that is read here.
  case unknownFormat(start: [UInt8])
  /// No tensor has the wanted name.
  case noSuchTensor(name: String, present: [String])

  /// Files of other kinds in which activations are kept, by their first eight bytes at most, and what makes tensors of them.
  private static let foreign: [(start: [UInt8], name: String, advice: String)] = [
    (Array("\u{89}HDF".unicodeScalars.map { UInt8($0.value) }), "an HDF5 file", numpy("h5py.File('x.h5')['NAME'][:]")),
    (Array("PAR1".utf8), "a Parquet file", numpy("np.stack(pandas.read_parquet('x.parquet')['NAME'])")),
    (Array("ARROW1".utf8), "an Arrow file", numpy("np.stack(pandas.read_feather('x.arrow')['NAME'])")),
    (Array("MATLAB".utf8), "a MATLAB file", numpy("scipy.io.loadmat('x.mat')['NAME']")),
    ([0x1F, 0x8B], "a gzip file", "unpack it with gunzip"),
    ([0x28, 0xB5, 0x2F, 0xFD], "a Zstandard file", "unpack it with zstd -d"),
    ([0xFD] + Array("7zXZ".utf8), "an xz file", "unpack it with unxz"),
    (Array("BZh".utf8), "a bzip2 file", "unpack it with bunzip2"),
    (Array("7z".utf8) + [0xBC, 0xAF], "a 7z archive", "unpack it with 7z x"),
    (
      Array("# xet".utf8), "a Xet pointer, not the file itself",
      "fetch that with the tool it comes from, such as git xet or hf download"
    ),
    (Array("/annex/".utf8), "a git-annex pointer, not the file itself", "fetch that with git annex get"),
    (Array("{\"error\"".utf8), "an error message in JSON", "the download went wrong"),
  ]

  private static func numpy(_ array: String) -> String { "np.save('x.npy', \(array)) in Python makes an array of it" }

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .unknownFormat(let start):
      if start.isEmpty {
        "the file is empty"
      } else if start.starts(with: "version ".utf8) {
        "a Git LFS pointer, not the file itself; fetch that with `git lfs pull`"
      } else if let other = Self.foreign.first(where: { start.starts(with: $0.start) }) {
        "\(other.name), which is not read; \(other.advice)"
      } else if start.first == UInt8(ascii: "<") {
        "a web page or XML, not tensors; the download went wrong"
      } else {
        "not a \(TensorFormat.endings()) file (it starts with bytes \(hexadecimal(start)))"
      }
    case .noSuchTensor(let name, let present):
      "no tensor '\(name)' here; there is \(listed(present))"
    }
  }
}
