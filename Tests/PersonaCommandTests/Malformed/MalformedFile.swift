import Foundation
import TestSupport
import Testing

/// A file that breaks, or seems to break, what its format promises.
struct MalformedFile: Sendable, CustomTestStringConvertible {
  /// What is broken, in the words of the list of what must be survived.
  let item: String
  let name: String
  let bytes: [UInt8]
  /// What must be said of it, beside the file's name.
  let words: [String]
  /// A tensor whose values must be read for the fault to show; `inspect` reads those of floating-point numbers.
  var tensor: String?

  init(_ item: String, as name: String, _ bytes: [UInt8], says words: String..., reading tensor: String? = nil) {
    (self.item, self.name, self.bytes, self.words, self.tensor) = (item, name, bytes, words, tensor)
  }

  var testDescription: String { item }

  /// Runs `persona` on the file, which must be refused as bad data.
  func expectRefusal() throws {
    let folder = try TemporaryFolder()
    try expectRefused(fileAt: try folder.write(bytes, to: name), saying: words, in: folder)
    if let tensor {
      let run = try MeasuredCommand(["convert", folder(name), "--tensor", tensor, "-o", folder("out.safetensors")])
      try expectRefused(run, fileAt: folder(name), saying: words, in: folder)
      #expect(try folder.contents().filter { $0.contains("out") } == [])
    }
  }
}

/// What a short file's run may take.
private let timeLimit = 2.0
/// The size of a file that counts as short.
private let shortSize = 1 << 20
/// What a malformed file's run may take beyond that of a valid one of a few bytes.
private let memoryAllowance = 64 << 20

/// Inspects the file at `path`, which must be refused as bad data.
func expectRefused(fileAt path: String, saying words: [String], in folder: TemporaryFolder) throws {
  try expectRefused(try MeasuredCommand(["inspect", path]), fileAt: path, saying: words, in: folder)
}

/// `run` must have refused the file at `path`: status 65, one line that names the file and what is wrong with it,
/// nothing on standard output, in no time and in little memory.
func expectRefused(
  _ run: MeasuredCommand, fileAt path: String, saying words: [String], in folder: TemporaryFolder
) throws {
  let complaint = run.outcome.complaint
  #expect(run.outcome.status == 65, "\(complaint)\(run.outcome.output)")
  for phrase in [path] + words { #expect(complaint.contains(phrase), "\(complaint)") }
  #expect(complaint.hasPrefix("persona: error: ") && complaint.count { $0.isNewline } == 1, "\(complaint)")
  #expect(run.outcome.output.isEmpty)
  try expectModesty(run, onFileAt: path, in: folder)
}

/// `run` must have ended by itself, soon if the file is short, and without memory to speak of.
func expectModesty(_ run: MeasuredCommand, onFileAt path: String, in folder: TemporaryFolder) throws {
  #expect(!run.hung, "it had to be killed after \(MeasuredCommand.hangLimit) s")
  let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
  if size < shortSize { #expect(run.seconds < timeLimit) }
  let valid = safetensors(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, floatBytes([1]))
  let base = try MeasuredCommand(["inspect", try folder.write(valid, to: "valid.safetensors")])
  #expect(base.outcome.status == 0)
  #expect(run.peakBytes < base.peakBytes + memoryAllowance, "\(run.peakBytes >> 20) MB of \(base.peakBytes >> 20)")
}

/// A file that looks malformed and is not: `tensor` of it holds `values`.
struct UnusualFile: Sendable, CustomTestStringConvertible {
  let item: String
  let name: String
  let bytes: [UInt8]
  let tensor: String
  let shape: [Int]
  let values: [Float]

  init(
    _ item: String, as name: String, _ bytes: [UInt8], tensor: String = "", shape: [Int]? = nil, holds values: [Float]
  ) {
    (self.item, self.name, self.bytes, self.tensor) = (item, name, bytes, tensor)
    (self.shape, self.values) = (shape ?? [values.count], values)
  }

  var testDescription: String { item }

  /// Converts the tensor to `.npy`, and reads that byte by byte.
  func expectValues() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes, to: name)
    let run = try MeasuredCommand(["convert", path, "--tensor", tensor, "-o", folder("out.npy")])
    #expect(run.outcome.status == 0, "\(run.outcome.complaint)")
    let written = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder("out.npy"))))
    let dataStart = 10 + Int(written[8]) + Int(written[9]) << 8
    let extents = shape.map { "\($0)" }.joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let header = String(decoding: written[10..<dataStart], as: UTF8.self)
    #expect(header.contains("'descr': '<f4', 'fortran_order': False, 'shape': (\(extents))"), "\(header)")
    #expect(Array(written[dataStart...]) == floatBytes(values))
    let inspection = try MeasuredCommand(["inspect", path])
    #expect(inspection.outcome.status == 0 && inspection.outcome.complaint.isEmpty, "\(inspection.outcome.complaint)")
    try expectModesty(inspection, onFileAt: path, in: folder)
  }
}
