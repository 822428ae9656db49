/// Collects the tensors and scalars of an evaluated pickle under their key paths.
struct PickleWalk {
  /// Containers within containers; real files have three or four.
  static let depthLimit = 64
  /// Values visited; a container that the memo shares is visited once a mention, so a small pickle could ask for
  /// any number.
  static let visitLimit = 1 << 21

  private(set) var tensors: [TensorEntry] = []
  private(set) var metadata: [(key: String, value: String)] = []
  private var visits = 0
  private let entry: (PickleTensor, String) throws -> TensorEntry

  init(entry: @escaping (PickleTensor, String) throws -> TensorEntry) { self.entry = entry }

  mutating func visit(_ value: PickleValue, path: [String]) throws {
    visits += 1
    guard visits <= Self.visitLimit else { throw PickleFault.limit("values", Self.visitLimit) }
    guard path.count <= Self.depthLimit else { throw PickleFault.limit("levels of nesting", Self.depthLimit) }
    let name = path.joined(separator: ".")
    switch value {
    case .dictionary(let dictionary):
      for (key, value) in dictionary.items { try visit(value, path: path + [try Self.keyText(key)]) }
    case .list(let list):
      for (i, element) in list.elements.enumerated() { try visit(element, path: path + ["\(i)"]) }
    case .tuple(let tuple):
      for (i, element) in tuple.elements.enumerated() { try visit(element, path: path + ["\(i)"]) }
    case .tensor(let tensor): tensors.append(try entry(tensor, name))
    case .array(let array): tensors.append(try Self.entry(array, name: name))
    case .string(let text): metadata.append((name, text))
    case .bool(let flag): metadata.append((name, flag ? "true" : "false"))
    case .integer(let number): metadata.append((name, "\(number)"))
    case .float(let number): metadata.append((name, "\(number)"))
    case .none, .hugeInteger, .bytes, .global, .storage, .arrayType: break
    }
  }

  private static func keyText(_ key: PickleValue) throws -> String {
    switch key {
    case .string(let text): return text
    case .integer(let number): return "\(number)"
    case .bool(let flag): return "\(flag)"
    case .tuple(let parts): return try parts.elements.map(keyText).joined(separator: ",")
    default: throw PickleFault.call("a dictionary key that is neither text nor integer")
    }
  }

  private static func entry(_ array: PickleArray, name: String) throws -> TensorEntry {
    guard let elementType = array.elementType else { throw PickleFault.state(of: "a NumPy array left empty") }
    var strides = try contiguousStrides(array.shape)
    if array.isFortranOrder { strides = try contiguousStrides(array.shape.reversed()).reversed() }
    return try TensorEntry(
      name: name, elementType: elementType, shape: array.shape, strides: strides, offset: 0,
      storage: .memory(array.bytes), isBigEndian: array.isBigEndian)
  }
}
