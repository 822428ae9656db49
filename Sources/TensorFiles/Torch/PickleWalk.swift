internal import Files

/// Collects the tensors and scalars of an evaluated pickle under their key paths.
struct PickleWalk {
  /// Containers within containers; real files have three or four.
  static let depthLimit = 64
  /// Values visited: containers, tensors, and the texts and numbers that are kept.
  static let visitLimit = 1 << 20
  /// Values visited again: a container that the memo shares is visited once a mention, so a small pickle could ask for
  /// any number. A list of 32 layers that 8,000 responses share takes as many.
  static let repeatLimit = 1 << 18
  /// Bytes of key paths and text in all: a long key is part of every path below it.
  static let textLimit = 1 << 25
  /// Elements of a tuple that is a key. The memo could name one text any number of times in it.
  static let keyPartsLimit = 16

  /// Bytes that the tensors of the smallest file may show in all.
  static let leastShownBytes = 1 << 26
  /// Bytes that tensors may show for each byte stored: a storage can have any number of views, and each be read.
  static let shownPerStoredByte = 64
  /// No file stores more bytes, or needs them counted.
  private static let enough = 1 << 50
  /// What a tensor counts for beside its elements: its description, and its line where tensors are listed.
  static let descriptionBytes = 2048

  private enum Found {
    case view(PickleTensor)
    // Indirect, so that a view takes little: there may be many.
    indirect case array(TensorEntry, isFirst: Bool)
  }

  /// What stands beside the tensors; those are added when their places are known.
  private var metadata = FileContent()
  private var found: [(name: String, content: Found)] = []
  private var visits = 0
  private var repeats = 0
  private var text = 0

  /// What was found; `locate` says where a storage lies, given it and the name of a tensor on it.
  ///
  /// - Throws: `PickleFault` naming the tensor or array that does not fit its storage, or whose name is taken, and what
  ///   `locate` throws.
  func content(
    isBigEndian: Bool = false, _ locate: (PickleStorage, String) throws -> TensorStorage
  ) throws -> FileContent {
    var (content, names, storages) = (metadata, Set<String>(), Set<String>())
    var (stored, shown) = (0, 0)
    for (name, found) in found {
      guard names.insert(name).inserted else { throw PickleFault.call("two tensors are named '\(name)'") }
      let (tensor, isFirstOfStorage): (TensorEntry, Bool)
      switch found {
      case .array(let entry, let isFirst): (tensor, isFirstOfStorage) = (entry, isFirst)
      case .view(let view):
        let storage = try locate(view.storage, name)
        tensor = try Self.entry(view, name: name, storage, isBigEndian: isBigEndian)
        isFirstOfStorage = storages.insert(view.storage.key).inserted
      }
      if isFirstOfStorage {
        stored = min(stored + Self.descriptionBytes + min(tensor.storage.byteCount, Self.enough), Self.enough)
      }
      shown += Self.descriptionBytes + tensor.elementCount * tensor.elementType.byteCount
      let limit = Self.leastShownBytes + Self.shownPerStoredByte * stored
      guard shown <= limit else { throw PickleFault.limit("bytes of tensors on so few stored", limit) }
      content.tensors.append(tensor)
    }
    return content
  }

  /// Visits the value at the key path `name`, `depth` containers in.
  mutating func visit(_ value: PickleValue, name: String = "", depth: Int = 0) throws {
    visits += 1
    guard visits <= Self.visitLimit else { throw PickleFault.limit("values", Self.visitLimit) }
    guard depth <= Self.depthLimit else { throw PickleFault.limit("levels of nesting", Self.depthLimit) }
    switch value {
    case .dictionary(let dictionary):
      try enter(dictionary, count: dictionary.items.count)
      for (key, value) in dictionary.items { try descend(value, name, try Self.keyText(key), depth) }
    case .list(let list):
      try enter(list, count: list.elements.count)
      for (i, element) in list.elements.enumerated() { try descend(element, name, "\(i)", depth) }
    case .tuple(let tuple):
      try enter(tuple, count: tuple.elements.count)
      for (i, element) in tuple.elements.enumerated() { try descend(element, name, "\(i)", depth) }
    case .tensor(let tensor): found.append((name, .view(tensor)))
    case .array(let array):
      found.append((name, .array(try Self.entry(array, name: name), isFirst: !array.isVisited)))
      array.isVisited = true
    case .string(let text): try note(text, name)
    case .bool(let flag): try note(flag ? "true" : "false", name)
    case .integer(let number): try note("\(number)", name)
    case .float(let number): try note("\(number)", name)
    case .none, .hugeInteger, .bytes, .global, .storage, .arrayType: break
    }
  }

  private mutating func enter(_ container: PickleContainer, count: Int) throws {
    if container.isVisited { repeats += count }
    guard repeats <= Self.repeatLimit else { throw PickleFault.limit("values mentioned again", Self.repeatLimit) }
    container.isVisited = true
  }

  private mutating func descend(
    _ value: PickleValue, _ name: String, _ key: @autoclosure () throws -> String, _ depth: Int
  ) throws {
    // Lists of token ids: what is not kept needs no name, and does not count as visited.
    if metadata.isFull, value.isPlain { return metadata.omit() }
    let key = try key()
    try count(name.utf8.count + key.utf8.count)
    try visit(value, name: depth == 0 ? key : "\(name).\(key)", depth: depth + 1)
  }

  private mutating func note(_ value: String, _ name: String) throws {
    try count(value.utf8.count)
    metadata.note(value, name)
  }

  private mutating func count(_ bytes: Int) throws {
    text += bytes
    guard text <= Self.textLimit else { throw PickleFault.limit("bytes of names and text", Self.textLimit) }
  }

  private static func keyText(_ key: PickleValue) throws -> String {
    switch key {
    case .string(let text): return text
    case .integer(let number): return "\(number)"
    case .bool(let flag): return "\(flag)"
    // (layer, head) and the like; not tuples of tuples, which the memo could nest into any length.
    case .tuple(let parts):
      guard parts.elements.count <= keyPartsLimit else { throw PickleFault.limit("parts of a key", keyPartsLimit) }
      return try parts.elements.map { part in
        if case .tuple = part { throw PickleFault.call("a dictionary key of nested tuples") }
        return try keyText(part)
      }.joined(separator: ",")
    default: throw PickleFault.call("a dictionary key that is neither text nor integer")
    }
  }

  private static func entry(
    _ view: PickleTensor, name: String, _ storage: TensorStorage, isBigEndian: Bool
  ) throws -> TensorEntry {
    do {
      return try TensorEntry(
        name: name, elementType: view.elementType, shape: view.shape, strides: view.strides, offset: view.offset,
        storage: storage, isBigEndian: isBigEndian)
    } catch let fault as any FileFault {
      throw PickleFault.file("tensor '\(name)': \(fault.explanation)")
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
