import Files
import Foundation
import TensorFiles
import TestSupport
import Testing

/// Files that are not what they were when they were opened.
@Suite struct ChangingFileTests {
  private let folder: TemporaryFolder
  private let file: TensorFile

  init() throws {
    folder = try TemporaryFolder()
    let array = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4096,), }", [UInt8](repeating: 0, count: 16384))
    file = try TensorFile(path: try folder.write(array, to: "x.npy"))
    #expect(try file.read(file.tensors[0], [0..<1]) == [0])
  }

  private func expectChange() throws {
    let error = try #require(#expect(throws: FileError.self) { try file.read(file.tensors[0]) })
    #expect(error.fault.category == .readWrite)
    #expect("\(error)".contains("while"))
  }

  @Test func aFileCutShortGivesAnErrorAndNoSignal() throws {
    #expect(unsafe truncate(folder("x.npy"), 1000) == 0)
    try expectChange()
  }

  @Test func aFileReplacedByAnotherGivesNoStaleNumbers() throws {
    try folder.write(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", floatBytes([1])), to: "y.npy")
    #expect(unsafe rename(folder("y.npy"), folder("x.npy")) == 0)
    try expectChange()
  }

  @Test func aFileWrittenToGivesNoMixedNumbers() throws {
    // Later than the file's own time by more than its clock's resolution.
    usleep(20_000)
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: folder("x.npy")))
    try handle.seek(toOffset: 8000)
    try handle.write(contentsOf: Data(floatBytes([7])))
    try handle.close()
    try expectChange()
  }

  @Test func aFileThatIsGoneGivesAnError() throws {
    #expect(unsafe unlink(folder("x.npy")) == 0)
    try expectChange()
  }
}
