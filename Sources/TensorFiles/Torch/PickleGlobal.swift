/// The names a pickle may use, and what each stands for here. Everything else is refused: this list, not the
/// file, decides what happens.
enum PickleGlobal: Equatable {
  case orderedDictionary
  case rebuildTensor
  case rebuildTypedTensor
  case rebuildParameter
  /// What restores a tensor with attributes of Python on it.
  case rebuildWithState
  case tensorType
  case storageType(ElementType)
  case size
  case device
  case elementTypeName(String)
  case encode
  case bytes
  case reconstructArray
  case array
  case arrayType
  case arrayScalar

  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTypedTensor
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    // With attributes on it, which are not kept.
    case ("torch._utils", "_rebuild_parameter_with_state"): self = .rebuildParameter
    case ("torch._tensor", "_rebuild_from_type_v2"): self = .rebuildWithState
    case ("torch", "Tensor"): self = .tensorType
    case ("torch.storage", "UntypedStorage"), ("torch", "UntypedStorage"): self = .storageType(.uint8)
    case ("torch", "Size"): self = .size
    case ("torch", "device"): self = .device
    case ("_codecs", "encode"): self = .encode
    case ("__builtin__", "bytes"), ("builtins", "bytes"): self = .bytes
    case ("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct"):
      self = .reconstructArray
    case ("numpy.core.multiarray", "scalar"), ("numpy._core.multiarray", "scalar"): self = .arrayScalar
    case ("numpy", "ndarray"): self = .array
    case ("numpy", "dtype"): self = .arrayType
    case ("torch", _):
      if let type = Self.storageTypes[name] {
        self = .storageType(type)
      } else if ElementType(rawValue: name) != nil {
        self = .elementTypeName(name)
      } else {
        return nil
      }
    default: return nil
    }
  }

  private static let storageTypes: [String: ElementType] = [
    "BoolStorage": .bool, "ByteStorage": .uint8, "CharStorage": .int8, "ShortStorage": .int16,
    "IntStorage": .int32, "LongStorage": .int64, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
    "FloatStorage": .float32, "DoubleStorage": .float64,
  ]
}
