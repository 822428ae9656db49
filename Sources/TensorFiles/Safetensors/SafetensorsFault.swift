internal import Files

/// A broken invariant of the safetensors format.
enum SafetensorsFault: FileFault, Equatable {
  case tooShort(Int)
  case tooManyTensors
  case headerTooLong(UInt64)
  case headerPastEnd(length: Int, available: Int)
  case key(tensor: String, key: String)
  case incomplete(tensor: String)
  case type(tensor: String, type: String)
  case reversed(tensor: String)
  case span(tensor: String, found: Int, wanted: Int)
  case overlap(tensor: String)
  case hole(before: String, at: Int)
  case dataLength(found: Int, wanted: Int)

  var explanation: String {
    switch self {
    case .tooShort(let size): "\(size) bytes; the length of the header alone takes 8"
    case .tooManyTensors: "over \(SafetensorsHeader.tensorLimit) tensors"
    case .headerTooLong(let length): "a header of \(length) bytes; at most \(SafetensorsHeader.lengthLimit) are read"
    case .headerPastEnd(let length, let available):
      "the header should take \(length) bytes, \(available) are left; the file was cut short, copy it again"
    case .key(let tensor, let key): "tensor '\(tensor)' has an unknown key '\(key)'"
    case .incomplete(let tensor): "tensor '\(tensor)' lacks dtype, shape or two data_offsets"
    case .type(let tensor, let type):
      "tensor '\(tensor)' has dtype \(type), which is not read; save it as F32, F16 or BF16"
    case .reversed(let tensor): "tensor '\(tensor)' ends before it begins"
    case .span(let tensor, let found, let wanted):
      "tensor '\(tensor)' spans \(found) bytes, its shape and dtype say \(wanted)"
    case .overlap(let tensor): "tensor '\(tensor)' overlaps another"
    case .hole(let tensor, let position): "bytes from \(position) to tensor '\(tensor)' belong to no tensor"
    case .dataLength(let found, let wanted):
      "\(found) bytes of data, the header describes \(wanted); the file was cut short or has something appended"
    }
  }
}
