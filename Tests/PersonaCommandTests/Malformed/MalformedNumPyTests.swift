import TestSupport
import Testing

/// One case for each way in which an `.npy` or `.npz` file can lie.
@Suite(.serialized) struct MalformedNumPyTests {
  private static let six = floatBytes([1, 2, 3, 4, 5, 6])

  private static func header(_ type: String, _ shape: String, isFortran: Bool = false) -> String {
    "{'descr': \(type), 'fortran_order': \(isFortran ? "True" : "False"), 'shape': \(shape), }"
  }

  private static let plain = header("'<f4'", "(6,)")

  private static func malformed(_ item: String, _ bytes: [UInt8], says words: String) -> MalformedFile {
    MalformedFile(item, as: "x.npy", bytes, says: words)
  }

  private static func malformed(_ item: String, header: String, says words: String) -> MalformedFile {
    malformed(item, npy(header, six), says: words)
  }

  /// A file that claims a header of `length` bytes.
  private static func start(claiming length: Int, version: UInt8) -> [UInt8] {
    [0x93] + Array("NUMPY".utf8) + [version, 0] + littleEndian(length, bytes: version == 1 ? 2 : 4)
      + Array(plain.utf8)
  }

  static let containers = [
    malformed("bad magic", [0x92] + npy(plain, six).dropFirst(), says: "it starts with bytes 92 4e 55 4d 50 59"),
    malformed("bad magic (the magic alone)", [0x93] + Array("NUMPY".utf8), says: "the data end at byte 6"),
    malformed("version 4", npy(plain, six, version: 4), says: "version 4.0 of the .npy format; 1.0 to 3.0 are read"),
    malformed("version 0", npy(plain, six, version: 0), says: "version 0.0"),
    malformed("header over 10 kB", npy(plain + String(repeating: " ", count: 20_000), six), says: "at most 10000"),
    malformed("header over 10 kB, claimed", start(claiming: 60_000, version: 1), says: "a header of 60000 bytes"),
    malformed(
      "header of 4 GiB, claimed", start(claiming: 0xFFFF_FFFF, version: 2), says: "a header of 4294967295 bytes"),
    malformed("header past the end", start(claiming: 200, version: 1), says: "the data end at byte"),
    malformed(
      "short data", npy(plain, Array(six.dropLast(2))), says: "it has 22 bytes of data, its shape and type say 24"),
    malformed("data too long", npy(plain, six + [0]), says: "it has 25 bytes of data, its shape and type say 24"),
  ]

  static let headers = [
    malformed("code instead of a literal", header: "__import__('os').system('true')", says: "'{' is wanted"),
    malformed(
      "code instead of a literal (as a value)", header: header("print('<f4')", "(6,)"),
      says: "a quoted string is wanted"
    ),
    malformed("code instead of a literal (behind it)", header: plain + " or f()", says: "something follows"),
    malformed("not a dictionary", header: "('<f4', False, (6,))", says: "'{' is wanted"),
    malformed("missing key", header: "{'descr': '<f4', 'shape': (6,)}", says: "'fortran_order' and 'shape' are wanted"),
    malformed(
      "extra key", header: "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), 'x': 1}",
      says: "unexpected or repeated key 'x'"),
    malformed(
      "repeated key", header: "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), 'shape': (3,)}",
      says: "unexpected or repeated key 'shape'"),
    malformed("negative dimension", header: header("'<f4'", "(-2, -3)"), says: "a dimension is no whole number"),
    malformed("`True` dimension", header: header("'<f4'", "(True, 6)"), says: "a dimension is no whole number"),
    malformed("fractional dimension", header: header("'<f4'", "(6.0,)"), says: "')' is wanted"),
    malformed("huge dimension", header: header("'<f4'", "(18446744073709551622,)"), says: "no whole number"),
    malformed("product overflow", header: header("'<f4'", "(4611686018427387904, 4)"), says: "overflows 64 bits"),
    malformed(
      "product overflow beside an empty dimension", header: header("'<f4'", "(0, 4611686018427387904, 4)"),
      says: "overflows 64 bits"),
    malformed("10¹² elements", header: header("'<f4'", "(1000000, 1000000)"), says: "say 4000000000000"),
    malformed(
      "dimensions without end", header: header("'<f4'", "(" + String(repeating: "1,", count: 3_000)),
      says: "a dimension is no whole number"),
    malformed(
      "3,000 dimensions", header: header("'<f4'", "(6," + String(repeating: "1,", count: 3_000) + ")"),
      says: "it has 3001 dimensions"),
    malformed("`|O` dtype", header: header("'|O'", "(6,)"), says: "element type '|O' is not read"),
    malformed("structured dtype", header: header("[('a', '<f4')]", "(6,)"), says: "structured types are not read"),
    malformed("unicode dtype", header: header("'<U1'", "(6,)"), says: "element type '<U1' is not read"),
    malformed("complex dtype", header: header("'<c8'", "(3,)"), says: "element type '<c8' is not read"),
    malformed("`|f4`, of no byte order", header: header("'|f4'", "(6,)"), says: "element type '|f4' is not read"),
    malformed(
      "`|V2` without being told it is bf16", header: header("'|V2'", "(12,)"),
      says: "raw bytes, in which NumPy saves bfloat16; if it is that"),
  ]

  private static func archive(_ item: String, _ members: [ZipBuilder.Member], says words: String...) -> MalformedFile {
    MalformedFile(item, as: "x.npz", ZipBuilder(members).bytes, says: words.joined(separator: ", "))
  }

  static let archives = [
    archive(
      "non-.npy member", [.init("a.npy", npy(plain, six)), .init("notes.txt", [1])], says: "notes.txt: a member"),
    archive(
      "non-.npy member called so", [.init("a.npy", Array("hello, world".utf8))], says: "a.npy: it does not start"),
    archive("empty member", [.init("a.npy", [])], says: "a.npy: the data end at byte 0"),
    archive("a folder", [.init("a.npy/", [])], says: "a.npy/: a member of an .npz file that is no .npy array"),
    archive("short data in a member", [.init("b.npy", npy(plain, [0]))], says: "b.npy: it has 1 bytes of data"),
    archive(
      "short data in a deflated member", [.init(deflating: npy(plain, [0]), as: "c.npy")],
      says: "c.npy: it has 1 bytes of data"),
    archive("`|O` in a member", [.init("o.npy", npy(header("'|O'", "(3,)"), six))], says: "o.npy: element type '|O'"),
  ]

  @Test(arguments: containers) func refusesContainers(file: MalformedFile) throws { try file.expectRefusal() }

  @Test(arguments: headers) func refusesHeaders(file: MalformedFile) throws { try file.expectRefusal() }

  @Test(arguments: archives) func refusesArchives(file: MalformedFile) throws { try file.expectRefusal() }

  @Test(arguments: [
    UnusualFile(
      "`>f4` (handled, never misread)", as: "x.npy",
      npy(header("'>f4'", "(2,)"), [Float(1.5), -2].flatMap { littleEndian($0.bitPattern.byteSwapped, bytes: 4) }),
      holds: [1.5, -2]),
    UnusualFile(
      "`=f4`, the machine's own order", as: "x.npy", npy(header("'=f4'", "(6,)"), six), holds: [1, 2, 3, 4, 5, 6]),
    UnusualFile(
      "Fortran order (not read as C)", as: "x.npy", npy(header("'<f4'", "(2, 3)", isFortran: true), six),
      shape: [2, 3], holds: [1, 3, 5, 2, 4, 6]),
    UnusualFile(
      "Fortran order, big-endian", as: "x.npy",
      npy(
        header("'>f4'", "(2, 2)", isFortran: true),
        [Float(1), 2, 3, 4].flatMap { littleEndian($0.bitPattern.byteSwapped, bytes: 4) }),
      shape: [2, 2], holds: [1, 3, 2, 4]),
    UnusualFile(
      "an empty dimension", as: "x.npy", npy(header("'<f4'", "(0, 3)"), []), shape: [0, 3], holds: []),
  ])
  func reads(file: UnusualFile) throws { try file.expectValues() }
}
