internal import Files

/// A tensor in a file: its name, type and shape, and where its elements lie. The elements are not in memory.
public struct TensorEntry: Sendable {
  /// The name in the file. For nested containers the keys and indices from the outermost in, joined by `.`; empty
  /// for a file that is one bare tensor.
  public let name: String
  /// The element type.
  public let elementType: ElementType
  /// The extent of each dimension; empty for a scalar.
  public let shape: [Int]

  /// The distance between neighbours along each dimension, in elements; 0 repeats one element.
  let strides: [Int]
  /// The index in the storage of the first element.
  let offset: Int
  let storage: TensorStorage
  let isBigEndian: Bool

  /// NumPy's and PyTorch's own limit.
  static let rankLimit = 64
  /// A view that repeats elements (an `expand`) may show this many more than its storage has; real ones are small,
  /// and a stride of 0 would otherwise let a few bytes ask for any amount of memory.
  private static let expandedLimit = 1 << 20

  /// Whether its elements follow one another in the storage in C order.
  public var isContiguous: Bool { strides == (try? contiguousStrides(shape)) }

  /// The number of elements.
  public var elementCount: Int { shape.reduce(1, *) }

  /// A view: element (i, j, …) is at `offset + i · strides[0] + j · strides[1] + …` of the storage.
  ///
  /// - Throws: `LayoutFault` if an extent, stride or offset is negative, a product overflows, an element lies
  ///   outside the storage, or the view shows far more elements than the storage has.
  init(
    name: String, elementType: ElementType, shape: [Int], strides: [Int], offset: Int, storage: TensorStorage,
    isBigEndian: Bool = false
  ) throws {
    self.name = name
    self.elementType = elementType
    self.shape = shape
    self.strides = strides
    self.offset = offset
    self.storage = storage
    self.isBigEndian = isBigEndian
    guard shape.count == strides.count else { throw LayoutFault.ranksDiffer(shape: shape, strides: strides) }
    guard shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 }), offset >= 0 else {
      throw LayoutFault.negative(shape: shape, strides: strides, offset: offset)
    }
    guard shape.count <= Self.rankLimit else { throw LayoutFault.rank(shape.count) }
    // Empty dimensions count as 1 here, so that no product of some of the extents overflows later.
    var (count, last) = (1, offset)
    for (extent, stride) in zip(shape, strides) {
      count = try checked(count.multipliedReportingOverflow(by: max(extent, 1)))
      if extent > 1 {
        last = try checked(last.addingReportingOverflow(checked((extent - 1).multipliedReportingOverflow(by: stride))))
      }
    }
    _ = try checked(count.multipliedReportingOverflow(by: elementType.byteCount))
    if shape.contains(0) { return }
    let available = storage.byteCount / elementType.byteCount
    guard last < available else { throw LayoutFault.outsideStorage(lastElement: last, storage: available) }
    guard count <= max(available, Self.expandedLimit) else {
      throw LayoutFault.oversizedView(elements: count, storage: available)
    }
  }

  /// A tensor whose elements follow one another in C order from the start of the storage.
  init(name: String, elementType: ElementType, shape: [Int], storage: TensorStorage, isBigEndian: Bool = false) throws {
    try self.init(
      name: name, elementType: elementType, shape: shape, strides: try contiguousStrides(shape), offset: 0,
      storage: storage, isBigEndian: isBigEndian)
  }

  /// The same tensor under another name.
  public func renamed(_ name: String) -> TensorEntry {
    TensorEntry(copying: self, name: name, axes: Array(shape.indices))
  }

  /// The same elements with the axes `axes` of it, in this order.
  ///
  /// - Precondition: each axis is named once at most, and those that are not have one index.
  package func withAxes(_ axes: [Int]) -> TensorEntry {
    precondition(
      shape.indices.allSatisfy { shape[$0] == 1 || axes.contains($0) }, "an axis of more than one index is left out")
    return TensorEntry(copying: self, name: name, axes: axes)
  }

  /// The same bytes taken as elements of `type`.
  ///
  /// - Precondition: those have the same size.
  func taken(as type: ElementType) -> TensorEntry {
    precondition(type.byteCount == elementType.byteCount, "elements of another size")
    return TensorEntry(copying: self, name: name, axes: Array(shape.indices), type: type)
  }

  private init(copying other: TensorEntry, name: String, axes: [Int], type: ElementType? = nil) {
    (self.name, elementType) = (name, type ?? other.elementType)
    (shape, strides) = (axes.map { other.shape[$0] }, axes.map { other.strides[$0] })
    (offset, storage, isBigEndian) = (other.offset, other.storage, other.isBigEndian)
  }
}

/// Where a tensor's storage lies.
enum TensorStorage: Sendable {
  /// Bytes of the file itself.
  case file(offset: Int, byteCount: Int)
  /// A zip member, stored or deflated, whose content begins with `header` bytes that are not elements.
  case member(ZipMember, header: Int)
  /// Bytes that were part of the file's own description.
  case memory([UInt8])

  var byteCount: Int {
    switch self {
    case .file(_, let byteCount): byteCount
    case .member(let member, let header): member.uncompressedSize - header
    case .memory(let bytes): bytes.count
    }
  }
}

/// Why a shape, strides and offset do not describe a tensor.
enum LayoutFault: FileFault, Equatable {
  case ranksDiffer(shape: [Int], strides: [Int])
  case negative(shape: [Int], strides: [Int], offset: Int)
  case overflow
  case outsideStorage(lastElement: Int, storage: Int)
  case oversizedView(elements: Int, storage: Int)
  case rank(Int)
  case deflatedOverlap

  var explanation: String {
    switch self {
    case .ranksDiffer(let shape, let strides): "shape \(shape) and strides \(strides) differ in length"
    case .negative(let shape, let strides, let offset):
      "a negative number in shape \(shape), strides \(strides), offset \(offset)"
    case .overflow: "its size overflows 64 bits"
    case .outsideStorage(let last, let storage):
      "its last element is number \(last) of a storage of \(storage) elements"
    case .oversizedView(let elements, let storage):
      "a view of \(elements) elements on a storage of \(storage) is refused"
    case .deflatedOverlap:
      "its rows overlap in deflated data, which would be inflated again for each; save it with .clone()"
    case .rank(let rank): "it has \(rank) dimensions; at most \(TensorEntry.rankLimit) are read"
    }
  }
}

func checked(_ result: (partialValue: Int, overflow: Bool)) throws -> Int {
  guard !result.overflow else { throw LayoutFault.overflow }
  return result.partialValue
}

/// The strides of a C-ordered tensor of `shape`.
func contiguousStrides(_ shape: [Int]) throws -> [Int] {
  var strides = [Int](repeating: 1, count: shape.count)
  for i in shape.indices.dropLast().reversed() {
    strides[i] = try checked(strides[i + 1].multipliedReportingOverflow(by: max(shape[i + 1], 1)))
  }
  return strides
}
