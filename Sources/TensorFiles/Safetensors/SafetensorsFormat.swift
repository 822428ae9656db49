extension TensorFormat {
  /// Hugging Face's format: eight bytes of length, a JSON header, the elements.
  public static let safetensors = TensorFormat(
    name: "safetensors", endings: ["safetensors"], recognition: .form(SafetensorsHeader.mayStart),
    open: { try SafetensorsHeader.read($0.source) },
    writing: .tensors(
      TensorWriting(holdsMany: true) { try SafetensorsWriter($0, tensors: $1, metadata: $2) }))
}
