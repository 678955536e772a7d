internal import CCrypto

/// Bytes nobody can guess, for keys and tokens.
package enum RandomBytes {
  /// - Precondition: the machine has a source of randomness; without one no secret may be made, so this ends
  ///   the process.
  package static func make(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: max(count, 0)) { buffer, initialized in
      precondition(
        count <= 0 || RAND_bytes(buffer.baseAddress, Int32(clamping: count)) == 1, "no source of random bytes"
      )
      initialized = max(count, 0)
    }
  }
}

/// Comparison whose time does not tell where two secrets differ.
package enum ConstantTime {
  /// Whether both are the same bytes. That the lengths differ shows at once, as lengths are no secret.
  package static func areEqual(_ a: some Collection<UInt8>, _ b: some Collection<UInt8>) -> Bool {
    let (a, b) = (Array(a), Array(b))
    return a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
  }

  package static func areEqual(_ a: String, _ b: String) -> Bool { areEqual(a.utf8, b.utf8) }
}
