extension TensorFile {
  /// Elements that lie apart are read together with what lies between them, in windows of at most this many bytes;
  /// those farther apart than that one by one.
  private static let windowBytes = 1 << 20

  /// The elements of `tensor` within `ranges` (one per dimension; all of it if nil), in C order.
  ///
  /// - Throws: `FileError` if the file cannot be read, or was cut since it was opened.
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
    var output = [UInt8](repeating: 0, count: count * width)
    let storage = try open(tensor.storage)
    if count * width == tensor.storage.byteCount, try readWhole(tensor, into: &output) {
      // The whole storage, in order: read at once, its checksum verified.
    } else {
      let walk = StridedWalk(tensor, ranges)
      try walk.forEachRun { run in
        try copy(run, from: storage, width: width, into: &output)
      }
    }
    if tensor.isBigEndian { reverseEach(width, in: &output) }
    return output
  }

  private func readWhole(_ tensor: TensorEntry, into output: inout [UInt8]) throws -> Bool {
    guard case .member(let member, let header) = tensor.storage, !member.isDeflated, let archive,
      tensor.isContiguous
    else { return false }
    let content = try archive.contents(of: member)
    output = header == 0 ? content : Array(content.dropFirst(header))
    return true
  }

  /// The storage with its place in the file, or its bytes, known.
  private func open(_ storage: TensorStorage) throws -> TensorStorage {
    guard let archive else { return storage }
    switch storage {
    case .member(let member, let header) where member.isDeflated:
      return .memory(try inflated.content(of: member, header: header, in: archive))
    case .member(let member, let header):
      return .file(offset: try archive.dataOffset(of: member) + header, byteCount: storage.byteCount)
    case .file, .memory:
      return storage
    }
  }

  private func copy(_ run: StridedWalk.Run, from storage: TensorStorage, width: Int, into output: inout [UInt8]) throws
  {
    let perWindow = run.stride <= 1 ? run.count : max(1, Self.windowBytes / (run.stride * width))
    for first in stride(from: 0, to: run.count, by: perWindow) {
      let count = min(perWindow, run.count - first)
      let start = (run.offset + first * run.stride) * width
      let target = (run.target + first * run.targetStride) * width
      let extent = ((count - 1) * run.stride + 1) * width
      if run.stride == 1, run.targetStride == 1, case .file(let offset, _) = storage {
        try source.read(at: offset + start, into: &output, at: target, count: extent)
        continue
      }
      let window: ArraySlice<UInt8>
      switch storage {
      case .file(let offset, _): window = try source.read(at: offset + start, count: extent)[...]
      case .memory(let bytes): window = bytes[start..<start + extent]
      case .member: preconditionFailure("the storage is not open")
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
