internal import CXXHash

/// The XXH3 digest (128 bits; xxHash, Collet) of bytes that come piece by piece: it tells contents apart that differ by
/// accident, at the speed of memory, and is no proof against intent.
@safe package final class ContentDigest {
  private let state: OpaquePointer

  package init() {
    guard let state = unsafe XXH3_createState() else { fatalError("no memory for 600 bytes") }
    unsafe self.state = state
    _ = unsafe XXH3_128bits_reset(state)
  }

  deinit { _ = unsafe XXH3_freeState(state) }

  package func update(_ bytes: ArraySlice<UInt8>) {
    _ = unsafe bytes.withUnsafeBytes { unsafe persona_xxh3_update(state, $0.baseAddress, $0.count) }
  }

  package func update(_ text: String) { update(Array(text.utf8)[...]) }

  /// The digest so far, in hexadecimal.
  package var text: String {
    let digest = unsafe XXH3_128bits_digest(state)
    let bytes = [digest.high64, digest.low64].flatMap { half in
      (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) }
    }
    return hexadecimal(bytes, separator: "")
  }
}
