internal import CZlib
internal import Files

/// Storages are kept small: what is in them is of no matter.
private let storageLimit = 1 << 12

extension Mutator {
  /// A zip archive with one member changed, renamed, doubled, dropped or deflated, or with a record that lies.
  mutating func mutateArchive(_ input: [UInt8]) -> [UInt8]? {
    guard let archive = try? ZipArchive(ByteSource(input, name: "fuzz")), !archive.members.isEmpty else { return nil }
    var members = archive.members.prefix(64).compactMap { member -> ZipBuilder.Member? in
      guard let content = try? archive.contents(of: member) else { return nil }
      var copy = ZipBuilder.Member(member.name, content)
      if member.isDeflated { copy.method = 8 }
      return copy
    }
    guard !members.isEmpty else { return nil }
    let pickle = members.firstIndex { $0.name.hasSuffix(TorchArchive.pickleSuffix) }
    let chosen = below(2) == 0 ? pickle ?? below(members.count) : below(members.count)
    switch below(16) {
    case 0: members[chosen].name = String(decoding: changed(Array(members[chosen].name.utf8), most: 64), as: UTF8.self)
    case 1: members.append(members[chosen])
    case 2 where members.count > 1: members.remove(at: chosen)
    case 3: members[chosen].method ^= 8
    case 4: members[chosen].size = below(1 << 20)
    case 5: members[chosen].checksum = UInt32(below(1 << 31))
    case 6: members.swapAt(chosen, below(members.count))
    default:
      if members[chosen].name.hasSuffix(".npy") {
        members[chosen].data = mutateArray(members[chosen].data) ?? changed(members[chosen].data)
      } else {
        members[chosen].data = changed(members[chosen].data)
      }
      if let pickle, below(2) == 0 { fitStorages(&members, pickle) }
    }
    for index in members.indices {
      if members[index].checksum == 0, below(2) == 0 { members[index].checksum = checksum(members[index].data) }
      guard members[index].method == 8 else { continue }
      members[index].size = members[index].size ?? members[index].data.count
      members[index].data = deflated(members[index].data)
    }
    var builder = ZipBuilder(members)
    builder.isZip64 = below(4) == 0
    return builder.bytes
  }

  /// Gives the archive the storages that the pickle names, of the sizes it says.
  private func fitStorages(_ members: inout [ZipBuilder.Member], _ pickle: Int) {
    let root = members[pickle].name.dropLast(TorchArchive.pickleSuffix.count)
    for storage in storages(of: members[pickle].data) {
      guard let count = storage.byteCount, (0...storageLimit).contains(count) else { continue }
      let name = "\(root)/data/\(storage.key)"
      if let index = members.firstIndex(where: { $0.name == name }) {
        members[index].data = resized(members[index].data, to: count)
      } else if members.count < 64 {
        members.append(.init(name, [UInt8](repeating: 1, count: count)))
      }
    }
  }

  private func storages(of pickle: [UInt8]) -> [PickleStorage] {
    var cursor = ByteCursor(pickle)
    return (try? PickleMachine.evaluate(&cursor) { Array($1.values) }) ?? []
  }

  /// The object's pickle changed, with the keys and storages it then needs behind it.
  mutating func mutateLegacy(_ input: [UInt8]) -> [UInt8]? {
    var cursor = ByteCursor(input)
    var ends: [Int] = []
    for _ in 0..<5 {
      guard (try? PickleMachine.evaluate(&cursor) { _, _ in }) != nil else { return nil }
      ends.append(cursor.offset)
    }
    var parts = zip([0] + ends, ends).map { Array(input[$0..<$1]) }
    let chosen = below(4) == 0 ? below(parts.count) : 3
    parts[chosen] = changed(parts[chosen])
    let storages = storages(of: parts[3]).filter { (0...storageLimit).contains($0.byteCount ?? -1) }
    if chosen != 4 {
      let keys = storages.sorted { $0.key < $1.key }.reduce(PickleBuilder().op("](")) { $0.string($1.key) }
      parts[4] = keys.op("e").stopped
    }
    let data = storages.sorted { $0.key < $1.key }.flatMap {
      littleEndian($0.count, bytes: 8) + [UInt8](repeating: 1, count: $0.byteCount ?? 0)
    }
    return parts.flatMap(\.self) + data
  }

  private func checksum(_ bytes: [UInt8]) -> UInt32 {
    unsafe bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: unsafe crc32_z(0, $0.baseAddress, $0.count)) }
  }
}

/// `bytes` cut, or with zeros added, to `count`.
func resized(_ bytes: [UInt8], to count: Int) -> [UInt8] {
  bytes.prefix(count) + [UInt8](repeating: 0, count: max(0, count - bytes.count))
}
