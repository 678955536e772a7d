internal import CCrypto

/// Unpredictable bytes, for keys and tokens.
package enum RandomBytes {
  /// - Precondition: the machine has a source of randomness; without one, the process ends, because no secret
  ///   would be safe.
  package static func make(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: max(count, 0)) { buffer, initialized in
      precondition(
        count <= 0 || RAND_bytes(buffer.baseAddress, Int32(clamping: count)) == 1, "no source of random bytes"
      )
      initialized = max(count, 0)
    }
  }
}
