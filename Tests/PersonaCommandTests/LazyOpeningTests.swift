import TestSupport
import Testing

/// Opening a large file takes the memory of its description, and reading a tensor that of the tensor.
@Suite struct LazyOpeningTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// What opening may take beyond a file of a few bytes.
  private static let allowance = 20 << 20
  /// Elements of a float32 tensor of 1.6 GB.
  private static let elements = 400_000_000

  /// The files, zeros but for their descriptions: (name, pieces, size).
  private static var files: [(name: String, pieces: [(offset: Int, bytes: [UInt8])], size: Int)] {
    let size = 4 * elements
    let array = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (\(elements),), }", [])
    let header = safetensors(#"{"a":{"dtype":"F32","shape":[\#(elements)],"data_offsets":[0,\#(size)]}}"#, [])
    return [
      ("x.npy", [(0, array)], array.count + size), ("x.safetensors", [(0, header)], header.count + size), torch,
    ]
  }

  /// A zip archive whose last member is long: its records are moved behind the zeros.
  private static var torch: (name: String, pieces: [(offset: Int, bytes: [UInt8])], size: Int) {
    let size = 4 * elements
    let pickle = PickleBuilder().tensor(key: "0", count: elements, shape: [elements], strides: [1]).stopped
    let storage = ZipBuilder.Member("archive/data/0", [])
    let bytes = ZipBuilder([.init("archive/data.pkl", pickle), storage]).bytes
    let (record, name, end) = (46, storage.name.utf8.count, 22)
    // The end record says where the directory begins.
    let directory = bytes.count - end - (2 * record + name + "archive/data.pkl".utf8.count)
    var (local, rest) = (Array(bytes[..<directory]), Array(bytes[directory...]))
    let sizes = littleEndian(size, bytes: 4) + littleEndian(size, bytes: 4)
    // Sizes lie 18 bytes into a local header, 20 into a record of the directory (APPNOTE 4.3.7, 4.3.12).
    local.replaceSubrange(directory - name - 30 + 18..<directory - name - 30 + 26, with: sizes)
    let last = rest.count - end - record - name
    rest.replaceSubrange(last + 20..<last + 28, with: sizes)
    rest.replaceSubrange(rest.count - 6..<rest.count - 2, with: littleEndian(directory + size, bytes: 4))
    return ("x.pt", [(0, local), (directory + size, rest)], directory + size + rest.count)
  }

  /// A first dimension of one must not make a tensor one piece.
  @Test func aRowOf400MegabytesIsReadInPieces() throws {
    let count = 100_000_000
    let header = safetensors(#"{"a":{"dtype":"F32","shape":[1,\#(count)],"data_offsets":[0,\#(4 * count)]}}"#, [])
    let path = try folder.writeSparse([(0, header)], size: header.count + 4 * count, to: "row.safetensors")
    for arguments in [["inspect", path], ["convert", path, "-o", folder("row.npy"), "-q"]] {
      let run = try MeasuredCommand(arguments)
      #expect(run.outcome.status == 0, "\(run.outcome.complaint)")
      #expect(run.peakBytes < 100 << 20, "\(arguments[0]): \(run.peakBytes >> 20) MB")
    }
  }

  @Test func aFileOf1600MegabytesIsOpenedInLittleMemory() throws {
    let small = safetensors(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, floatBytes([1]))
    let base = try MeasuredCommand(["inspect", "--shallow", try folder.write(small, to: "small.safetensors")])
    for file in Self.files {
      let path = try folder.writeSparse(file.pieces, size: file.size, to: file.name)
      let run = try MeasuredCommand(["inspect", "--shallow", path])
      #expect(run.outcome.status == 0 && run.outcome.output.contains("400000000"), "\(run.outcome.complaint)")
      #expect(run.peakBytes < base.peakBytes + Self.allowance, "\(file.name): \(run.peakBytes >> 20) MB")
    }
  }
}
