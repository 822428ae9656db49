internal import Files

extension TensorFile {
  /// Elements that lie apart are read together with what lies between them, in windows of at most this many bytes;
  /// those farther apart than that one by one.
  private static let windowBytes = 1 << 20

  /// Deflated bytes are inflated at once up to this many, whatever the order of the elements; beyond it run by run.
  private static let inflatedBytes = 1 << 25

  /// The elements of `tensor` within `ranges` (one per dimension; all of it if nil), in C order.
  ///
  /// - Throws: `FileError` if the file cannot be read, or was changed or replaced since it was opened.
  /// - Complexity: O(elements asked for), in time and memory, when they lie together; a slice across the storage
  ///   order also reads what lies between its elements, a window at a time.
  public func read(_ tensor: TensorEntry, _ ranges: [Range<Int>]? = nil) throws -> [Double] {
    tensor.elementType.decode(try readBytes(tensor, ranges))
  }

  /// The elements of `tensor` within `ranges`, in C order, as little-endian bytes of its own element type.
  public func readBytes(_ tensor: TensorEntry, _ ranges: [Range<Int>]? = nil) throws -> [UInt8] {
    let ranges = ranges ?? tensor.shape.map { 0..<$0 }
    precondition(ranges.count == tensor.shape.count, "one range per dimension")
    precondition(
      zip(ranges, tensor.shape).allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= $1 }, "range outside the shape")
    let width = tensor.elementType.byteCount
    let count = ranges.reduce(1) { $0 * $1.count }
    if count == 0 { return [] }
    // The whole storage, in order, is read at once, and its checksum verified.
    var output = count * width == tensor.storage.byteCount ? try wholeMember(tensor) ?? [] : []
    if output.isEmpty {
      output = [UInt8](repeating: 0, count: count * width)
      let walk = StridedWalk(tensor, ranges)
      let storage = try open(tensor, walk)
      try walk.forEachRun { run in
        try copy(run, from: storage, width: width, into: &output)
      }
    }
    try source.checkUnchanged()
    if tensor.isBigEndian { reverseEach(width, in: &output) }
    return output
  }

  /// The bytes of a tensor that is all of a zip member, in its order; nil if it is not.
  private func wholeMember(_ tensor: TensorEntry) throws -> [UInt8]? {
    guard case .member(let member, let header) = tensor.storage, let archive, tensor.isContiguous else { return nil }
    return try archive.contents(of: member, from: header)
  }

  /// Where the elements of a storage can be had from.
  private enum OpenStorage {
    case file(offset: Int)
    /// All that is to be read of it, which begins with byte `start` of the storage.
    case memory([UInt8], start: Int)
    case deflated(ZipMember, header: Int, archive: ZipArchive)
  }

  /// The storage of `tensor`, as far as `walk` goes over it.
  private func open(_ tensor: TensorEntry, _ walk: StridedWalk) throws -> OpenStorage {
    let width = tensor.elementType.byteCount
    let (start, count) = (walk.extent.lowerBound * width, walk.extent.count * width)
    switch tensor.storage {
    case .member(let member, let header):
      guard let archive else { preconditionFailure("a member without its archive") }
      guard member.isDeflated else {
        return try openFile(at: try archive.dataOffset(of: member) + header, start, count, walk)
      }
      guard count > Self.inflatedBytes else {
        return .memory(try inflating.read(member, in: archive, at: header + start, count: count), start: start)
      }
      guard walk.isForward else {
        throw FileError(path: path, place: tensor.name, fault: LayoutFault.deflatedOverlap)
      }
      return .deflated(member, header: header, archive: archive)
    case .file(let offset, _): return try openFile(at: offset, start, count, walk)
    case .memory(let bytes): return .memory(bytes, start: 0)
    }
  }

  /// The file, or its bytes if they are few: many short runs would each take a system call.
  private func openFile(at offset: Int, _ start: Int, _ count: Int, _ walk: StridedWalk) throws -> OpenStorage {
    guard !walk.isOneRun, count <= Self.windowBytes else { return .file(offset: offset) }
    return .memory(try source.read(at: offset + start, count: count), start: start)
  }

  private func copy(_ run: StridedWalk.Run, from storage: OpenStorage, width: Int, into output: inout [UInt8]) throws {
    let perWindow = run.stride <= 1 ? run.count : max(1, Self.windowBytes / (run.stride * width))
    for first in stride(from: 0, to: run.count, by: perWindow) {
      let count = min(perWindow, run.count - first)
      let start = (run.offset + first * run.stride) * width
      let target = (run.target + first * run.targetStride) * width
      let extent = ((count - 1) * run.stride + 1) * width
      if run.stride == 1, run.targetStride == 1, case .file(let offset) = storage {
        try source.read(at: offset + start, into: &output, at: target, count: extent)
        continue
      }
      let window: ArraySlice<UInt8>
      switch storage {
      case .file(let offset): window = try source.read(at: offset + start, count: extent)[...]
      case .memory(let bytes, let first): window = bytes[start - first..<start - first + extent]
      case .deflated(let member, let header, let archive):
        window = try inflating.read(member, in: archive, at: header + start, count: extent)[...]
      }
      for i in 0..<count {
        let (from, to) = (window.startIndex + i * run.stride * width, target + i * run.targetStride * width)
        for byte in 0..<width { output[to + byte] = window[from + byte] }
      }
    }
  }
}

private func reverseEach(_ width: Int, in bytes: inout [UInt8]) {
  for start in stride(from: 0, to: bytes.count, by: width) { bytes[start..<start + width].reverse() }
}
