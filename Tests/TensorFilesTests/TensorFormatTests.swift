import Files
import TensorFiles
import TestSupport
import Testing

@Suite struct TensorFormatTests {
  @Test func everyFormatHasItsName() {
    #expect(Set(TensorFormat.all.map(\.name)).count == TensorFormat.all.count)
    #expect(TensorFormat.all.allSatisfy { !$0.endings.isEmpty && $0.endings == $0.endings.map { $0.lowercased() } })
  }

  @Test func messagesListEachEndingOnce() {
    #expect(TensorFormat.endings() == ".pt, .safetensors, .npy, .npz or .gguf")
    #expect(TensorFormat.endings(last: ",") == ".pt, .safetensors, .npy, .npz, .gguf")
    #expect(TensorFormat.endings(of: TensorFormat.written) == ".safetensors, .npy or .gguf")
  }

  @Test(arguments: [
    ("a.pt", "a"), ("a.pth", "a"), ("a.b.NPY", "a.b"), ("a.npz", "a"), ("a.safetensors", "a"), ("a.gguf", nil),
    (".a.pt", nil), ("a", nil), ("a.json", nil), ("pt", nil),
  ])
  func aPartOfADumpIsToldByItsEnding(name: String, stem: String?) {
    #expect(TensorFormat.stem(ofDumpFile: name) == stem)
  }

  @Test func aControlVectorIsShownButNoPartOfADump() {
    #expect(TensorFormat.isTensorFile("a.gguf") && TensorFormat.isTensorFile("a.pth"))
    #expect(!TensorFormat.isTensorFile(".a.gguf") && !TensorFormat.isTensorFile("a.txt"))
  }

  @Test(arguments: [
    ("x.npy", "npy"), ("d.npy/x.gguf", "gguf"), ("x.safetensors", "safetensors"), ("x.pt", nil), ("npy", nil),
  ])
  func theOutputsEndingSaysWhatIsWritten(path: String, name: String?) {
    #expect(TensorFormat.written(byNameOf: path)?.name == name)
  }

  /// A GGUF file of 123 tensors has a brace where the header of a safetensors file would begin: the magic number decides.
  @Test func aMagicNumberComesBeforeAGuess() {
    let bytes = Array("GGUF".utf8) + [3, 0, 0, 0] + littleEndian(123, bytes: 8) + littleEndian(0, bytes: 8)
    let error = #expect(throws: FileError.self) { try TensorFile(bytes: bytes, name: "x.safetensors") }
    #expect(error.map { !"\($0)".contains("safetensors header") } ?? false)
  }
}
