internal import Files

/// A broken invariant of the `.npy` format.
enum NumPyFault: FileFault, Equatable {
  case magic
  case version(Int, Int)
  case headerLength(Int)
  case header(String)
  case type(String)
  case void(String)
  case dataLength(found: Int, wanted: Int)
  case memberName

  var explanation: String {
    switch self {
    case .magic: "it does not start with \\x93NUMPY: not an .npy array"
    case .version(let major, let minor): "version \(major).\(minor) of the .npy format; 1.0 to 3.0 are read"
    case .headerLength(let length): "a header of \(length) bytes; at most \(NumPyHeader.lengthLimit) are read"
    case .header(let what): "its header is not the dictionary that NumPy writes: \(what)"
    case .type(let type): "element type '\(type)' is not read; save plain numbers, such as float32"
    case .void(let type):
      """
      element type '\(type)' is raw bytes, in which NumPy saves bfloat16; if it is that, make a file that says so: \
      persona convert FILE -o FILE.safetensors --void bfloat16
      """
    case .dataLength(let found, let wanted):
      "it has \(found) bytes of data, its shape and type say \(wanted); the file was cut short, or written wrongly"
    case .memberName: "a member of an .npz file that is no .npy array"
    }
  }
}
