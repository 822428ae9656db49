internal import Files

/// A pickle evaluator that can only build values of this module (Python's pickletools lists the opcodes).
///
/// Opcodes and names come from allowlists. Every bound is there because a file of a few bytes could otherwise ask
/// for unbounded time or memory.
struct PickleMachine {
  /// Python's pickler fills containers a thousand elements at a time, so that real stacks hold few thousand values.
  static let stackLimit = 1 << 20
  /// `torch.save` numbers each object it may refer to again, some 15 an entry: room for 100,000 entries.
  static let memoLimit = 1 << 21
  /// An array is pickled into one string.
  static let textLimit = 1 << 28
  /// Lists and dictionaries made in all, each kept until the end. A tensor has one, for its hooks.
  static let containerLimit = 1 << 18
  /// Elements put into containers and bytes encoded, in all, beyond one a byte of the pickle: each was pushed by a byte
  /// at least, but what the memo names can be copied again and again.
  static let copyAllowance = 1 << 16
  /// Tuples in tuples; a tensor takes three.
  static let tupleDepthLimit = 64

  private var cursor: ByteCursor
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  /// By number: picklers count from 0.
  private var memo: [PickleValue?] = []
  private var copied = 0
  private var storages: [String: PickleStorage] = [:]
  private var lists: [PickleList] = []
  private var dictionaries: [PickleDictionary] = []

  /// Evaluates the pickle that `cursor` is at, moves it behind the STOP, and gives `body` the result, which must not
  /// leave it, and the storages that the pickle refers to by their keys.
  static func evaluate<Result>(
    _ cursor: inout ByteCursor, _ body: (PickleValue, [String: PickleStorage]) throws -> Result
  ) throws -> Result {
    var machine = PickleMachine(cursor: cursor)
    defer { machine.emptyContainers() }
    let value = try machine.run()
    cursor = machine.cursor
    return try body(value, machine.storages)
  }

  private init(cursor: ByteCursor) { self.cursor = cursor }

  /// Frees containers one by one: a chain of a million lists would overflow the stack if each freed the next, and
  /// a list that holds itself would never go.
  private mutating func emptyContainers() {
    for list in lists { list.elements = [] }
    for dictionary in dictionaries { dictionary.items = [] }
  }

  /// A pickle has no jumps: it takes at most a step a byte.
  private mutating func run() throws -> PickleValue {
    do {
      while true {
        let start = cursor.offset
        let code: UInt8 = try cursor.integer()
        if code == UInt8(ascii: ".") { return try pop() }
        try step(code, at: start)
        guard stack.count <= Self.stackLimit else { throw PickleFault.limit("values on the stack", Self.stackLimit) }
      }
    } catch CursorFault.truncated(let offset, _) {
      throw PickleFault.truncated(offset: offset)
    }
  }

  private mutating func step(_ code: UInt8, at start: Int) throws {
    switch Unicode.Scalar(code) {
    case "\u{80}": _ = try cursor.take(1)  // PROTO
    case "\u{95}": _ = try cursor.take(8)  // FRAME
    case "(":
      guard marks.count < Self.stackLimit else { throw PickleFault.limit("marks", Self.stackLimit) }
      marks.append(stack.count)
    case "0": _ = try pop()
    case "N": stack.append(.none)
    case "\u{88}": stack.append(.bool(true))
    case "\u{89}": stack.append(.bool(false))
    case "K": stack.append(.integer(Int(try cursor.integer(UInt8.self))))
    case "M": stack.append(.integer(Int(try cursor.integer(UInt16.self))))
    case "J": stack.append(.integer(Int(try cursor.integer(Int32.self))))
    case "\u{8A}": stack.append(try long(byteCount: Int(try cursor.integer(UInt8.self))))
    case "G": stack.append(.float(Double(bitPattern: try cursor.integer(UInt64.self).byteSwapped)))
    case "X": stack.append(.string(try text(Int(try cursor.integer(UInt32.self)))))
    case "\u{8C}": stack.append(.string(try text(Int(try cursor.integer(UInt8.self)))))
    case "B": stack.append(.bytes(try bytes(Int(try cursor.integer(UInt32.self)))))
    case "C": stack.append(.bytes(try bytes(Int(try cursor.integer(UInt8.self)))))
    case "}": try push(PickleDictionary())
    case "]":
      let list = PickleList()
      try checkContainers()
      lists.append(list)
      stack.append(.list(list))
    case ")": stack.append(.tuple(PickleTuple()))
    case "t": try push(PickleTuple(try popToMark()))
    case "\u{85}": try pushTuple(1)
    case "\u{86}": try pushTuple(2)
    case "\u{87}": try pushTuple(3)
    case "a":
      let value = try pop()
      try list().elements.append(value)
    case "e":
      let values = try popToMark()
      try list().elements += values
    case "s":
      let value = try pop()
      try setItems([try pop(), value])
    case "u": try setItems(try popToMark())
    case "q": try setMemo(Int(try cursor.integer(UInt8.self)))
    case "r": try setMemo(Int(try cursor.integer(UInt32.self)))
    case "\u{94}": try setMemo(memo.count)
    case "h": try getMemo(Int(try cursor.integer(UInt8.self)), at: start)
    case "j": try getMemo(Int(try cursor.integer(UInt32.self)), at: start)
    case "c":
      let (module, name) = (try cursor.line(), try cursor.line())
      try pushGlobal(String(decoding: module, as: UTF8.self), String(decoding: name, as: UTF8.self))
    case "\u{93}":  // STACK_GLOBAL
      guard let name = try pop().string, let module = try pop().string else {
        throw PickleFault.call("a name that is no text")
      }
      try pushGlobal(module, name)
    case "R": try reduce()
    case "b": try setState()
    case "Q": try pushStorage()
    default: throw PickleFault.opcode(code, offset: start)
    }
  }

  private mutating func pop() throws -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
      throw PickleFault.stackUnderflow(offset: cursor.offset)
    }
    return value
  }

  private mutating func popToMark() throws -> [PickleValue] {
    guard let mark = marks.popLast(), mark <= stack.count else {
      throw PickleFault.stackUnderflow(offset: cursor.offset)
    }
    defer { stack.removeSubrange(mark...) }
    try count(stack.count - mark)
    return Array(stack[mark...])
  }

  private mutating func pushTuple(_ length: Int) throws {
    try count(length)
    var elements: [PickleValue] = []
    for _ in 0..<length { elements.insert(try pop(), at: 0) }
    try push(PickleTuple(elements))
  }

  private mutating func push(_ tuple: PickleTuple) throws {
    guard tuple.depth <= Self.tupleDepthLimit else {
      throw PickleFault.limit("tuples in one another", Self.tupleDepthLimit)
    }
    stack.append(.tuple(tuple))
  }

  private func checkContainers() throws {
    guard lists.count + dictionaries.count < Self.containerLimit else {
      throw PickleFault.limit("containers", Self.containerLimit)
    }
  }

  private mutating func push(_ dictionary: PickleDictionary) throws {
    try checkContainers()
    dictionaries.append(dictionary)
    stack.append(.dictionary(dictionary))
  }

  private mutating func reduce() throws {
    guard let arguments = try pop().tuple else { throw PickleFault.call("arguments that are no tuple") }
    guard case .global(let global) = try pop() else {
      throw PickleFault.call("something that is no function is called")
    }
    switch try global.call(arguments) {
    case .dictionary(let dictionary):
      try count(dictionary.items.count)
      try push(dictionary)
    case .bytes(let bytes):
      try count(bytes.count)
      stack.append(.bytes(bytes))
    case let value: stack.append(value)
    }
  }

  private mutating func count(_ elements: Int) throws {
    copied += elements
    let limit = cursor.bytes.count + Self.copyAllowance
    guard copied <= limit else { throw PickleFault.limit("container elements", limit) }
  }

  /// The list on top of the stack.
  private func list() throws -> PickleList {
    guard stack.count > (marks.last ?? 0), case .list(let list)? = stack.last else {
      throw PickleFault.call("an append to something that is no list")
    }
    return list
  }

  private mutating func setItems(_ values: [PickleValue]) throws {
    guard stack.count > (marks.last ?? 0), case .dictionary(let dictionary)? = stack.last, values.count % 2 == 0 else {
      throw PickleFault.call("items set on something that is no dictionary")
    }
    for i in stride(from: 0, to: values.count, by: 2) { dictionary.items.append((values[i], values[i + 1])) }
  }

  private mutating func setMemo(_ index: Int) throws {
    guard let value = stack.last else { throw PickleFault.stackUnderflow(offset: cursor.offset) }
    // What is named takes a byte, and its name another.
    let limit = min(Self.memoLimit, cursor.bytes.count / 2)
    guard index < limit else { throw PickleFault.limit("memo entries", limit) }
    if index >= memo.count { memo.append(contentsOf: repeatElement(nil, count: index + 1 - memo.count)) }
    memo[index] = value
  }

  private mutating func getMemo(_ index: Int, at offset: Int) throws {
    guard index < memo.count, let value = memo[index] else { throw PickleFault.memo(index: index, offset: offset) }
    stack.append(value)
  }

  private mutating func pushGlobal(_ module: String, _ name: String) throws {
    guard let global = PickleGlobal(module: module, name: name) else {
      throw PickleFault.global(module: module, name: name)
    }
    if case .elementTypeName(let name) = global {
      stack.append(.string("torch.\(name)"))
    } else {
      stack.append(.global(global))
    }
  }

  private mutating func setState() throws {
    let state = try pop()
    guard stack.count > (marks.last ?? 0), let target = stack.last else {
      throw PickleFault.stackUnderflow(offset: cursor.offset)
    }
    switch target {
    case .array(let array): try array.setState(state)
    case .arrayType(let type): try type.setState(state)
    // An OrderedDict's attributes (a state_dict's version numbers) say nothing about its tensors.
    case .dictionary: break
    default: throw PickleFault.state(of: "an object that is neither a dictionary nor an array")
    }
  }

  /// BINPERSID with ("storage", type, key, device, element count), before PyTorch 1.6 followed by None, or a window on
  /// the storage, which no PyTorch since 0.4 writes.
  private mutating func pushStorage() throws {
    guard let fields = try pop().tuple, fields.count == 5 || fields.count == 6, fields[0].string == "storage",
      case .global(.storageType(let type)) = fields[1], let key = fields[2].string, let count = fields[4].integer
    else { throw PickleFault.call("a storage reference of an unread kind") }
    if fields.count == 6 {
      guard case .none = fields[5] else { throw PickleFault.call("a storage that is a window on another") }
    }
    let storage = PickleStorage(elementType: type, key: key, count: count)
    if let other = storages.updateValue(storage, forKey: key), other != storage {
      throw PickleFault.call("two storages of one key, '\(key)'")
    }
    stack.append(.storage(storage))
  }

  private mutating func bytes(_ count: Int) throws -> [UInt8] {
    guard count <= Self.textLimit else { throw PickleFault.limit("bytes of text", Self.textLimit) }
    return Array(try cursor.take(count))
  }

  private mutating func text(_ count: Int) throws -> String {
    let start = cursor.offset
    guard let text = String(validating: try bytes(count), as: UTF8.self) else { throw PickleFault.text(offset: start) }
    return text
  }

  /// LONG1: little-endian two's complement.
  private mutating func long(byteCount: Int) throws -> PickleValue {
    let bytes = try cursor.take(byteCount)
    guard byteCount <= 8 else { return .hugeInteger }
    var value = bytes.last.map { $0 & 0x80 != 0 } ?? false ? -1 : 0
    for byte in bytes.reversed() { value = value << 8 | Int(byte) }
    return .integer(value)
  }
}
