internal import Glibc

/// libFuzzer's own mutation of bytes, with its dictionary.
@_silgen_name("LLVMFuzzerMutate")
private func mutateBytes(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ largest: Int) -> Int

/// Changes a part of a valid file, then makes lengths, checksums and storages fit again, so that the change reaches the
/// code behind the first checks. One time in eight it changes the bytes of the file itself.
struct Mutator {
  private var state: UInt64
  let largest: Int

  init(seed: UInt32, largest: Int) { (state, self.largest) = (UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1, largest) }

  /// A number below `bound` (xorshift64*; quality is of no matter here).
  mutating func below(_ bound: Int) -> Int {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % max(bound, 1)
  }

  /// A format without a case here has its bytes changed.
  mutating func mutate(_ input: [UInt8], _ format: TensorFormat) -> [UInt8] {
    if below(8) == 0 { return changed(input) }
    let structured: [UInt8]? =
      switch format {
      case .torch, .npz: mutateArchive(input)
      case .legacyTorch: mutateLegacy(input)
      case .safetensors: mutateSafetensors(input)
      case .npy: mutateArray(input)
      case .gguf: mutateGGUF(input)
      default: nil
      }
    return structured ?? changed(input)
  }

  /// `bytes` after one mutation of libFuzzer.
  func changed(_ bytes: [UInt8], most: Int = .max) -> [UInt8] {
    let room = min(largest, most, max(bytes.count * 2, bytes.count + 64))
    var buffer = bytes.prefix(room) + [UInt8](repeating: 0, count: max(0, room - bytes.count))
    let count = unsafe buffer.withUnsafeMutableBufferPointer {
      unsafe mutateBytes($0.baseAddress.unsafelyUnwrapped, min(bytes.count, room), room)
    }
    return Array(buffer.prefix(count))
  }
}
