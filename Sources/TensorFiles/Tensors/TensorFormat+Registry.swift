extension TensorFormat {
  /// Every format that is read, in the order in which files are asked whether they are of it, and messages name it.
  public static let all: [TensorFormat] = [
    .torch,
    .legacyTorch,
    .safetensors,
    .npy,
    .npz,
    .gguf,
  ]
}
