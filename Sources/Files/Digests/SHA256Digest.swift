internal import CLibcrypto

/// The SHA-256 digest (FIPS 180-4) of bytes that come piece by piece, by libcrypto's `EVP_Digest*`.
@safe package final class SHA256Digest {
  private let state: OpaquePointer

  package init() {
    guard let state = unsafe EVP_MD_CTX_new() else { fatalError("no memory for a digest") }
    unsafe self.state = state
    let isReady = unsafe EVP_DigestInit_ex(state, EVP_sha256(), nil)
    precondition(isReady == 1, "libcrypto has no SHA-256")
  }

  deinit { unsafe EVP_MD_CTX_free(state) }

  package func update(_ bytes: [UInt8]) {
    let isAdded = unsafe bytes.withUnsafeBytes { unsafe EVP_DigestUpdate(state, $0.baseAddress, $0.count) }
    precondition(isAdded == 1, "libcrypto took no bytes")
  }

  /// The digest in hexadecimal; nothing can be added afterwards.
  package func finish() -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    let isDone = unsafe digest.withUnsafeMutableBufferPointer { unsafe EVP_DigestFinal_ex(state, $0.baseAddress, nil) }
    precondition(isDone == 1, "libcrypto gave no digest")
    return hexadecimal(digest, separator: "")
  }
}
