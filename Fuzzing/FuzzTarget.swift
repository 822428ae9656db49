internal import Files
internal import Glibc

/// What libFuzzer runs: the reader of one format, chosen by `PERSONA_FUZZ_TARGET`, on inputs that its mutator makes.
///
/// Compiled together with the sources of TensorFiles by `scripts/fuzz`, so that mutators can use the module's parsers.
struct FuzzTarget {
  let format: TensorFormat

  private static let variable = "PERSONA_FUZZ_TARGET"

  static let current: FuzzTarget = {
    let name = unsafe getenv(variable).map { unsafe String(cString: $0) } ?? ""
    guard let format = TensorFormat.all.first(where: { $0.name == name }) else {
      fatalError("\(variable): no target '\(name)'")
    }
    return FuzzTarget(format: format)
  }()

  /// Prints the names of the targets and ends the process, if that is asked for.
  static func listIfAsked() {
    guard unsafe getenv(variable).map({ unsafe String(cString: $0) }) == "list" else { return }
    for format in TensorFormat.all { print(format.name) }
    exit(0)
  }

  /// Larger tensors are not read: what is looked for is memory and time beyond the tensor that is asked for.
  private static let elementLimit = 1 << 18
  /// As many tensors of a file are read.
  private static let tensorLimit = 32

  /// Opens `bytes` and reads its tensors whole and in part; traps where the parts disagree with the whole.
  func run(_ bytes: [UInt8]) {
    // A safetensors file is told by its name.
    guard let file = try? TensorFile(bytes: bytes, name: "fuzz.\(format.ending)", void: .bfloat16) else { return }
    for tensor in file.tensors.prefix(Self.tensorLimit) where tensor.elementCount <= Self.elementLimit {
      let whole = try? file.readBytes(tensor)
      if let whole {
        precondition(whole.count == tensor.elementCount * tensor.elementType.byteCount, "another size than declared")
        precondition(tensor.elementType.decode(whole).count == tensor.elementCount, "another count than declared")
      }
      guard let first = tensor.shape.first, first > 0, tensor.elementCount > 0 else { continue }
      // Half of the first dimension: the part of the whole that it says it is.
      let rows = first / 2..<first
      let part = try? file.readBytes(tensor, [rows] + tensor.shape.dropFirst().map { 0..<$0 })
      if let whole, let part { precondition(part[...] == whole[(whole.count - part.count)...], "a slice differs") }
    }
  }
}

/// Where libFuzzer begins.
@_cdecl("LLVMFuzzerInitialize") public func fuzzInitialize(
  _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?
) -> CInt {
  FuzzTarget.listIfAsked()
  return 0
}

/// Where libFuzzer enters.
@_cdecl("LLVMFuzzerTestOneInput") public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  FuzzTarget.current.run(unsafe [UInt8](UnsafeBufferPointer(start: data, count: size)))
  return 0
}

/// Where libFuzzer asks for a change of an input, in place.
@_cdecl("LLVMFuzzerCustomMutator") public func fuzzMutate(
  _ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ largest: Int, _ seed: UInt32
) -> Int {
  var mutator = Mutator(seed: seed, largest: largest)
  let input = unsafe [UInt8](UnsafeBufferPointer(start: data, count: size))
  let output = mutator.mutate(input, FuzzTarget.current.format).prefix(largest)
  for (i, byte) in output.enumerated() { unsafe data[i] = byte }
  return output.count
}
