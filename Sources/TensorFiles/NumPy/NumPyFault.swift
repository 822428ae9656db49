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
  /// An array of texts that are no names.
  case texts(String, count: Int)

  var explanation: String {
    switch self {
    case .magic: "it does not start with \\x93NUMPY: not an .npy array"
    case .version(let major, let minor): "version \(major).\(minor) of the .npy format; 1.0 to 3.0 are read"
    case .headerLength(let length): "a header of \(length) bytes; at most \(NumPyHeader.lengthLimit) are read"
    case .header(let what): "its header is not the dictionary that NumPy writes: \(what)"
    case .type(let type) where type.hasSuffix("O"):
      """
      element type '\(type)' is not read: these are Python objects; save numbers as float32 and names as text: \
      np.savez('new.npz', vectors=np.stack(list(vectors)).astype('float32'), roles=np.array(list(roles), dtype=str))
      """
    case .type(let type): "element type '\(type)' is not read; save plain numbers, such as float32"
    case .texts(let type, let count):
      "\(count) texts of type '\(type)', which are not read: names of roles, in UTF-8 or '<U', are wanted"
    case .void(let type):
      """
      element type '\(type)' is raw bytes, in which NumPy saves bfloat16; if it is that, make a file that says so: \
      persona convert FILE -o FILE.safetensors --void bfloat16
      """
    case .dataLength(let found, let wanted):
      "it has \(found) bytes of data, its shape and type say \(wanted); the file was cut short, or written wrongly"
    case .memberName:
      "a member of an .npz file that is no .npy array; if a dump was packed into a zip archive, unpack it with unzip"
    }
  }
}
