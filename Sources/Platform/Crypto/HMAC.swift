internal import CCrypto

/// Keyed fingerprints (RFC 2104): only who has the key can make or check one.
package enum HMAC {
  package static func sha256(key: some Collection<UInt8>, _ message: some Collection<UInt8>) -> [UInt8] {
    code(.sha256, Array(key), Array(message))
  }

  package static func sha256(key: String, _ message: String) -> [UInt8] {
    sha256(key: key.utf8, message.utf8)
  }

  /// For providers that ask for it.
  package static func sha1(key: some Collection<UInt8>, _ message: some Collection<UInt8>) -> [UInt8] {
    code(.sha1, Array(key), Array(message))
  }

  package static func sha1(key: String, _ message: String) -> [UInt8] { sha1(key: key.utf8, message.utf8) }

  private static func code(_ digest: Digest, _ key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
      var length: UInt32 = 0
      // An empty array may have no address, and a null key would mean the key of a call before.
      let result = (key + [0]).withUnsafeBufferPointer {
        CCrypto.HMAC(
          digest.function, $0.baseAddress, Int32(key.count), message, message.count, buffer.baseAddress,
          &length)
      }
      precondition(result != nil, "libcrypto refused to compute an HMAC")
      count = Int(length)
    }
  }
}
