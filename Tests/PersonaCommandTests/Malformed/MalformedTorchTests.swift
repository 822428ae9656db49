import TestSupport
import Testing

/// One case for each way in which a `.pt` file can run code, ask for everything, or lie.
@Suite(.serialized) struct MalformedTorchTests {
  private static let six = floatBytes([1, 2, 3, 4, 5, 6])

  private static func malformed(
    _ item: String, _ pickle: [UInt8], _ storages: [String: [UInt8]] = [:], says words: String...
  ) -> MalformedFile {
    MalformedFile(
      item, as: "x.pt", torchFile(pickle, storages: storages), says: words.joined(separator: ", "))
  }

  private static func malformed(_ item: String, _ pickle: PickleBuilder, says words: String) -> MalformedFile {
    malformed(item, pickle.stopped, says: words)
  }

  /// A pickle whose object is `module.name(argument)`.
  private static func calling(_ module: String, _ name: String, _ argument: String = "true") -> PickleBuilder {
    PickleBuilder().global(module, name).string(argument).raw([0x85]).op("R")
  }

  static let code = [
    malformed(
      "`os.system` via REDUCE (refused by allowlist, named)", calling("os", "system"),
      says: "refuses to call os.system: not on the list"),
    malformed("`posix.system` via REDUCE", calling("posix", "system"), says: "refuses to call posix.system"),
    malformed("`builtins.eval` via REDUCE", calling("builtins", "eval"), says: "refuses to call builtins.eval"),
    malformed("a torch function via REDUCE", calling("torch.hub", "load"), says: "refuses to call torch.hub.load"),
    malformed("`torch.load` via REDUCE", calling("torch", "load"), says: "refuses to call torch.load"),
    malformed("a name that is a path", calling("torch._utils", "os.system"), says: "torch._utils.os.system"),
    malformed(
      "a name of two lines", PickleBuilder().string("os\nposix").string("system\n").raw([0x93]),
      says: "refuses to call os"),
    malformed(
      "STACK_GLOBAL", PickleBuilder().string("os").string("system").raw([0x93]), says: "refuses to call os.system"),
    malformed(
      "STACK_GLOBAL of what is no text", PickleBuilder().integer(1).integer(2).raw([0x93]),
      says: "a name that is no text"
    ),
    malformed("INST", PickleBuilder().op("(ios\nsystem\n"), says: "refuses pickle opcode 0x69"),
    malformed("OBJ", PickleBuilder().op("(cos\nsystem\no"), says: "refuses to call os.system"),
    malformed("OBJ of what is allowed", PickleBuilder().op("(ccollections\nOrderedDict\no"), says: "opcode 0x6f"),
    malformed(
      "NEWOBJ", PickleBuilder().global("collections", "OrderedDict").op(")").raw([0x81]), says: "opcode 0x81"),
    malformed("EXT1", PickleBuilder().raw([0x82, 1]), says: "refuses pickle opcode 0x82"),
    malformed("EXT2", PickleBuilder().raw([0x83, 1, 0]), says: "refuses pickle opcode 0x83"),
    malformed("EXT4", PickleBuilder().raw([0x84, 1, 0, 0, 0]), says: "refuses pickle opcode 0x84"),
    malformed("PERSID", PickleBuilder().op("Pstorage\n"), says: "refuses pickle opcode 0x50"),
    malformed(
      "BUILD on a foreign object", PickleBuilder().integer(1).op("}b"), says: "refuses to set the state of an object"),
    malformed(
      "BUILD on a tensor", PickleBuilder().tensor(key: "0", count: 6, shape: [6], strides: [1]).op("}b"),
      says: "refuses to set the state of an object"),
    malformed(
      "BUILD on a name", PickleBuilder().global("torch", "FloatStorage").op("}b"), says: "the state of an object"),
    malformed("a type called", calling("torch", "FloatStorage"), says: "a type is called like a function"),
    malformed("a value called", PickleBuilder().integer(1).op(")R"), says: "refuses the pickle"),
  ]

  /// Ten lists of ten mentions of the next.
  private static let laughs: PickleBuilder = (1...10 as ClosedRange<UInt8>).reduce(
    PickleBuilder().integer(1).op("q").raw([0]).op("0")
  ) { pickle, level in
    (0..<10).reduce(pickle.op("](")) { pickle, _ in pickle.op("h").raw([level - 1]) }.op("eq").raw([level]).op("0")
  }

  /// One long text, encoded to bytes of their own ten thousand times.
  private static let encoding: PickleBuilder = {
    let start = PickleBuilder().global("_codecs", "encode").op("q").raw([0]).op("0")
      .string(String(repeating: "x", count: 900_000)).op("q").raw([1]).op("0").string("latin1").op("q").raw([2]).op("0")
    let again = PickleBuilder().op("h").raw([0]).op("h").raw([1]).op("h").raw([2, 0x86]).op("R").unfinished.dropFirst(2)
    return start.raw((0..<10_000).flatMap { _ in again })
  }()

  static let machine = [
    malformed("no STOP", PickleBuilder().op("}").unfinished, says: "ends at byte 3 before its STOP"),
    malformed("no STOP (nothing at all)", [], says: "the pickle ends at byte 0 before its STOP"),
    malformed("stack underflow", PickleBuilder(), says: "takes from an empty stack"),
    malformed("stack underflow (below a mark)", PickleBuilder().integer(1).op("(0"), says: "empty stack"),
    malformed("stack underflow (no mark)", PickleBuilder().integer(1).op("t"), says: "empty stack"),
    malformed("stack underflow (REDUCE)", PickleBuilder().op(")R"), says: "empty stack"),
    malformed("stack underflow (BUILD)", PickleBuilder().op("}b"), says: "empty stack"),
    malformed("stack underflow (PUT)", PickleBuilder().op("q").raw([0]), says: "empty stack"),
    malformed("stack underflow (an append)", PickleBuilder().integer(1).op("a"), says: "refuses the pickle"),
    malformed("missing memo", PickleBuilder().op("h").raw([9]), says: "uses memo 9 at byte 2, which was never set"),
    malformed(
      "missing memo (LONG_BINGET)", PickleBuilder().op("j").raw([0xFF, 0xFF, 0xFF, 0xFF]), says: "memo 4294967295"),
    malformed(
      "billion-laughs memo", laughs.op("h").raw([10]), says: "refuses the pickle: over 262144 values mentioned"),
    malformed("billion-laughs memo (bytes)", encoding, says: "refuses the pickle: over"),
    malformed(
      "billion-laughs memo (tuples)",
      (0..<60).reduce(PickleBuilder().integer(1)) { pickle, _ in pickle.op("q").raw([0]).op("h").raw([0, 0x86]) },
      says: "refuses the pickle: over 262144 values mentioned"),
    malformed(
      "memo of one value under a million numbers",
      PickleBuilder().op("N").raw([UInt8](repeating: 0x94, count: 1_000_000)), says: "memo entries"),
    malformed(
      "a million lists", PickleBuilder().op(String(repeating: "]", count: 1_000_000)), says: "containers"),
    malformed(
      "self-referential list", PickleBuilder().op("]q").raw([0]).op("h").raw([0]).op("a"), says: "over 64 levels"),
    malformed(
      "self-referential dictionary", PickleBuilder().op("}q").raw([0]).string("k").op("h").raw([0]).op("s"),
      says: "over 64 levels"),
    malformed("lists 100,000 deep", PickleBuilder().op(deep), says: "over 64 levels of nesting"),
    malformed(
      "tuples 100,000 deep", PickleBuilder().op(")").raw([UInt8](repeating: 0x85, count: 100_000)),
      says: "over 64 tuples in one another"),
    malformed(
      "BINUNICODE of 4 GiB", PickleBuilder().op("X").raw([0xFF, 0xFF, 0xFF, 0xFF]), says: "over 268435456 bytes"),
    malformed("BINUNICODE of what is not there", PickleBuilder().op("X").raw([0, 0, 0, 8]), says: "before its STOP"),
    malformed("BINUNICODE that is not UTF-8", PickleBuilder().op("X").raw([1, 0, 0, 0, 0xFF]), says: "is not UTF-8"),
    malformed(
      "BINUNICODE8", PickleBuilder().raw([0x8D] + [UInt8](repeating: 0xFF, count: 8)),
      says: "refuses pickle opcode 0x8d"
    ),
    malformed(
      "BINBYTES of 4 GiB", PickleBuilder().op("B").raw([0xFF, 0xFF, 0xFF, 0xFF]), says: "over 268435456 bytes"),
    malformed("LONG1 of 255 bytes that are not there", PickleBuilder().raw([0x8A, 255]), says: "before its STOP"),
    malformed("LONG4", PickleBuilder().raw([0x8B, 0xFF, 0xFF, 0xFF, 0x7F]), says: "refuses pickle opcode 0x8b"),
    malformed("LONG of many digits", PickleBuilder().op("L1L\n"), says: "refuses pickle opcode 0x4c"),
  ]

  private static let deep = String(repeating: "]", count: 100_000) + String(repeating: "a", count: 99_999)

  private static func view(
    _ item: String, key: String = "0", count: Int = 6, offset: Int = 0, _ shape: [Int], _ strides: [Int],
    says words: String
  ) -> MalformedFile {
    let pickle = PickleBuilder().op("}").string("v")
      .tensor(key: key, count: count, offset: offset, shape: shape, strides: strides).op("s")
    return malformed(item, pickle.stopped, ["0": six], says: words)
  }

  /// `count` tensors, each of a million times one element.
  private static func expanded(_ count: Int) -> PickleBuilder {
    (0..<count).reduce(PickleBuilder().op("](")) { pickle, _ in
      pickle.tensor(key: "0", count: 6, shape: [1 << 20], strides: [0])
    }.op("e")
  }

  /// One array pickled in place, and mentioned again and again.
  private static let arrays: PickleBuilder = {
    let array = PickleBuilder().op("](").global("numpy", "dtype").string("u1").raw([0x89, 0x88, 0x87]).op("Rq")
      .raw([0]).op("0").global("numpy._core.multiarray", "_reconstruct").global("numpy", "ndarray").integers([0])
      .global("_codecs", "encode").string("b").string("latin1").raw([0x86]).op("R").raw([0x87]).op("R(").integer(1)
      .integers([400_000]).op("h").raw([0, 0x89]).global("_codecs", "encode")
      .string(String(repeating: "x", count: 400_000)).string("latin1").raw([0x86]).op("Rtbq").raw([1])
    return array.raw((0..<200_000).flatMap { _ in [0x68, 1] as [UInt8] }).op("e")
  }()

  static let views = [
    malformed(
      "short rebuild tuple", PickleBuilder().global("torch._utils", "_rebuild_tensor_v2").integers([1]).op("R"),
      says: "_rebuild_tensor_v2 with 1 arguments or without a storage"),
    malformed(
      "empty rebuild tuple", PickleBuilder().global("torch._utils", "_rebuild_tensor_v2").op(")R"),
      says: "_rebuild_tensor_v2 with 0 arguments"),
    malformed("short storage reference", PickleBuilder().integers([1, 2]).op("Q"), says: "of an unread kind"),
    view("negative offset", offset: -1, [1], [1], says: "tensor 'v': a negative number in shape [1]"),
    view("negative size", [-2], [1], says: "tensor 'v': a negative number in shape [-2]"),
    view("negative stride", [2], [-1], says: "a negative number in shape [2], strides [-1]"),
    view("extent beyond storage", [7], [1], says: "its last element is number 6 of a storage of 6 elements"),
    view("extent beyond storage (by its offset)", offset: 6, [1], [1], says: "number 6 of a storage of 6"),
    view("extent beyond storage (by its stride)", [2, 3], [4, 1], says: "number 6 of a storage of 6"),
    view("extent that overflows", [3], [.max], says: "overflows 64 bits"),
    view("offset that overflows", offset: .max, [2], [1], says: "overflows 64 bits"),
    view("size that overflows", [.max, 4], [0, 0], says: "overflows 64 bits"),
    view("shape and strides of two lengths", [2, 3], [1], says: "differ in length"),
    view("numel ≠ record size", count: 7, [6], [1], says: "has 24 bytes, the pickle says 7 elements of float32"),
    view("numel that overflows", count: .max, [6], [1], says: "has 24 bytes, the pickle says 9223372036854775807"),
    view("negative numel", count: -6, [6], [1], says: "has 24 bytes, the pickle says -6 elements"),
    view("stride-0 expand to 10¹²", [1_000_000, 1_000_000], [0, 0], says: "a view of 1000000000000 elements"),
    malformed(
      "stride-0 expand to 2²⁰, a thousand times", expanded(1_000).stopped, ["0": six],
      says: "bytes of tensors on so few stored"),
    malformed(
      "a tensor of one element, four hundred thousand times",
      PickleBuilder().op("](").tensor(key: "0", count: 6, shape: [1], strides: [1]).op("q").raw([0])
        .raw((0..<400_000).flatMap { _ in [0x68, 0] as [UInt8] }).op("e").stopped, ["0": six],
      says: "bytes of tensors on so few stored"),
    malformed("a pickled array, two hundred thousand times", arrays.stopped, says: "bytes of tensors on so few stored"),
    view("missing `data/7`", key: "7", [6], [1], says: "tensor 'v' wants archive/data/7, which is missing"),
    view("a storage outside `data`", key: "../data.pkl", [6], [1], says: "wants archive/data/../data.pkl"),
    malformed(
      "LONG1 of 255 bytes as a size",
      PickleBuilder().global("torch._utils", "_rebuild_tensor_v2").op("((").string("storage")
        .global("torch", "FloatStorage").string("0").string("cpu").integer(6).op("tQ").integer(0)
        .op("(").raw([0x8A, 255] + [UInt8](repeating: 1, count: 255)).op("t").integers([1]).raw([0x89]).op("}tR"),
      says: "whose offset, size or stride are no integers"),
  ]

  /// What old PyTorch wrote, cut short: to be refused with a remedy by name, or as a file that ends too soon.
  static let containers = [
    MalformedFile(
      "legacy container, cut short", as: "x.pt",
      [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E],
      says: "the pickle ends at byte 15"),
    MalformedFile(
      "tar container", as: "x.pt",
      [UInt8](repeating: 0x61, count: 257) + Array("ustar".utf8) + [UInt8](repeating: 0, count: 250),
      says: "torch.save"),
    MalformedFile("bare pickle", as: "x.pt", calling("os", "system").stopped, says: "torch.save"),
    MalformedFile(
      "TorchScript", as: "x.pt",
      ZipBuilder([.init("m/data.pkl", PickleBuilder().op("}").stopped), .init("m/constants.pkl", [])]).bytes,
      says: "a TorchScript program"),
    MalformedFile(
      "two pickles", as: "x.pt",
      ZipBuilder(["a", "b"].map { .init("\($0)/data.pkl", PickleBuilder().op("}").stopped) }).bytes,
      says: "2 members are named data.pkl"),
    MalformedFile(
      "`byteorder` unknown", as: "x.pt", torchFile(PickleBuilder().op("}").stopped, byteOrder: "pdp"),
      says: "byte order 'pdp' is unknown"),
    MalformedFile("a web page", as: "x.pt", Array("<!DOCTYPE html><title>404</title>".utf8), says: "a web page"),
    MalformedFile(
      "a Git LFS pointer", as: "x.pt", Array("version https://git-lfs.github.com/spec/v1\n".utf8), says: "lfs pull"),
    MalformedFile("an empty file", as: "x.pt", [], says: "the file is empty"),
  ]

  @Test(arguments: code) func runsNothing(file: MalformedFile) throws { try file.expectRefusal() }

  @Test(arguments: machine) func boundsThePickleMachine(file: MalformedFile) throws { try file.expectRefusal() }

  @Test(arguments: views) func refusesViews(file: MalformedFile) throws { try file.expectRefusal() }

  @Test(arguments: containers) func refusesContainers(file: MalformedFile) throws { try file.expectRefusal() }

  /// Little is kept of each tensor, though each alone is let pass.
  @Test func inspectingViewsThatAreLargerThanTheirFileTakesLittleMemory() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(torchFile(Self.expanded(16).stopped, storages: ["0": Self.six]), to: "x.pt")
    let run = try MeasuredCommand(["inspect", path])
    #expect(run.outcome.status == 0, "\(run.outcome.complaint)")
    try expectModesty(run, onFileAt: path, in: folder)
  }

  private static let big = [Float(1.5), -2].flatMap { littleEndian($0.bitPattern.byteSwapped, bytes: 4) }
  private static let pair = PickleBuilder().op("}").string("v").tensor(key: "0", count: 2, shape: [2], strides: [1])
    .op("s")

  @Test(arguments: [
    UnusualFile(
      "`byteorder` big", as: "x.pt", torchFile(pair.stopped, storages: ["0": big], byteOrder: "big"), tensor: "v",
      holds: [1.5, -2]),
    UnusualFile(
      "LONG1 of 255 bytes beside a tensor", as: "x.pt",
      torchFile(
        pair.string("n").raw([0x8A, 255] + [UInt8](repeating: 1, count: 255)).op("s").stopped,
        storages: ["0": floatBytes([1, 2])]), tensor: "v", holds: [1, 2]),
    UnusualFile(
      "LONG1 of no bytes, which is 0, as an offset", as: "x.pt",
      torchFile(
        PickleBuilder().op("}").string("v").global("torch._utils", "_rebuild_tensor_v2").op("((").string("storage")
          .global("torch", "FloatStorage").string("0").string("cpu").integer(2).op("tQ").raw([0x8A, 0]).integers([2])
          .integers([1]).raw([0x89]).op("}tRs").stopped, storages: ["0": floatBytes([3, 4])]), tensor: "v",
      holds: [3, 4]),
    UnusualFile(
      "stride-0 expand, not far beyond its storage", as: "x.pt",
      torchFile(
        PickleBuilder().op("}").string("v").tensor(key: "0", count: 2, offset: 1, shape: [3], strides: [0]).op("s")
          .stopped, storages: ["0": floatBytes([3, 4])]), tensor: "v", holds: [4, 4, 4]),
  ])
  func reads(file: UnusualFile) throws { try file.expectValues() }
}
