internal import CCrypto

/// The hash functions of libcrypto. Use SHA-256; SHA-1 and MD5 exist for templates, since some providers
/// require them.
package enum Digest: String, Sendable {
  case sha256, sha1, md5

  /// The digest of `bytes`: 32, 20 or 16 bytes.
  package func hash(_ bytes: some Collection<UInt8>) -> [UInt8] {
    let bytes = Array(bytes)
    return [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
      var length: UInt32 = 0
      // Fails only if the library lacks the function; Debian's has all three.
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
