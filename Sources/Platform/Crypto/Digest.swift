internal import CCrypto

/// The fingerprint functions. SHA-256 is the one to use; SHA-1 and MD5 are here for providers that ask for
/// them.
package enum Digest: String, Sendable {
  case sha256, sha1, md5

  /// The fingerprint of `bytes`: 32, 20 or 16 bytes.
  package func hash(_ bytes: some Collection<UInt8>) -> [UInt8] {
    let bytes = Array(bytes)
    return [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
      var length: UInt32 = 0
      // Fails only when the library has no such function at all, which its Debian build has.
      precondition(EVP_Digest(bytes, bytes.count, buffer.baseAddress, &length, function, nil) == 1)
      count = Int(length)
    }
  }

  private var function: OpaquePointer? {
    switch self {
    case .sha256: EVP_sha256()
    case .sha1: EVP_sha1()
    case .md5: EVP_md5()
    }
  }
}
