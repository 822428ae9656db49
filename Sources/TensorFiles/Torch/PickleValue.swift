/// What a restricted pickle can evaluate to. Containers are shared by reference, as pickles fill them after naming
/// them.
enum PickleValue {
  case none
  case bool(Bool)
  case integer(Int)
  /// An integer beyond 64 bits; no tensor field may be one.
  case hugeInteger
  case float(Double)
  case string(String)
  case bytes([UInt8])
  case tuple(PickleTuple)
  case list(PickleList)
  case dictionary(PickleDictionary)
  /// A name from the allowlist, not yet called.
  case global(PickleGlobal)
  // Indirect, so that a value takes 17 bytes and not 57: there may be millions.
  indirect case storage(PickleStorage)
  case tensor(PickleTensor)
  case array(PickleArray)
  case arrayType(PickleArrayType)

  var integer: Int? { if case .integer(let value) = self { value } else { nil } }
  var string: String? { if case .string(let value) = self { value } else { nil } }

  /// Whether it is text or a number, which stand beside the tensors.
  var isPlain: Bool {
    switch self {
    case .string, .bool, .integer, .float: true
    default: false
    }
  }

  var tuple: [PickleValue]? { if case .tuple(let values) = self { values.elements } else { nil } }

  /// The elements, if this is a tuple of integers no longer than a shape can be: tensors could share a longer one, and
  /// each would copy it.
  var integers: [Int]? {
    guard let values = tuple, values.count <= TensorEntry.rankLimit else { return nil }
    let integers = values.compactMap(\.integer)
    return integers.count == values.count ? integers : nil
  }
}

/// What holds values or elements, and can be named by the memo any number of times.
class PickleContainer {
  /// Whether the walk has been here.
  var isVisited = false
}

/// An immutable tuple, and how deep tuples nest in it: they are freed recursively, so the depth is bounded.
final class PickleTuple: PickleContainer {
  let elements: [PickleValue]
  let depth: Int

  init(_ elements: [PickleValue] = []) {
    self.elements = elements
    depth = 1 + (elements.map { if case .tuple(let inner) = $0 { inner.depth } else { 0 } }.max() ?? 0)
  }
}

final class PickleList: PickleContainer {
  var elements: [PickleValue] = []
}

final class PickleDictionary: PickleContainer {
  var items: [(key: PickleValue, value: PickleValue)] = []
}

/// A torch storage: a record of the archive, or a run of bytes behind the pickles, under its key.
struct PickleStorage: Equatable {
  let elementType: ElementType
  let key: String
  let count: Int

  /// The size in bytes; nil if it overflows.
  var byteCount: Int? {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: elementType.byteCount)
    return overflow ? nil : bytes
  }
}

/// A view on a torch storage.
final class PickleTensor {
  let storage: PickleStorage
  /// That of the storage, unless the tensor names its own.
  let elementType: ElementType
  let offset: Int
  let shape: [Int]
  let strides: [Int]

  init(storage: PickleStorage, elementType: ElementType, offset: Int, shape: [Int], strides: [Int]) {
    (self.storage, self.elementType, self.offset) = (storage, elementType, offset)
    (self.shape, self.strides) = (shape, strides)
  }
}

/// A NumPy array, empty until its state is set.
final class PickleArray: PickleContainer {
  var shape: [Int] = []
  var elementType: ElementType?
  var isBigEndian = false
  var isFortranOrder = false
  var bytes: [UInt8] = []
}

/// A NumPy element type.
final class PickleArrayType {
  let name: String
  var byteOrder = "<"

  init(name: String) { self.name = name }
}
