extension TensorFormat {
  /// The format of ggml and llama.cpp, of which control vectors are written; no dump is of it.
  public static let gguf = TensorFormat(
    name: "gguf", endings: ["gguf"], isDumpFile: false, recognition: .magic([GGUFHeader.magic]),
    open: { try GGUFHeader.read($0.source) }, writing: .controlVector)
}
