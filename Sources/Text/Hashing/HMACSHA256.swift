/// HMAC with SHA-256 (RFC 2104) under one key; reusable for many messages.
package struct HMACSHA256: Sendable {
  private let inner: SHA256
  private let outer: SHA256

  /// The key may have any length; one longer than 64 bytes is replaced by its digest, as the RFC says.
  package init(key: Span<UInt8>) {
    var innerBlock = [UInt8](repeating: 0x36, count: 64)
    var outerBlock = [UInt8](repeating: 0x5C, count: 64)
    func mix(_ byte: UInt8, at index: Int) {
      innerBlock[index] ^= byte
      outerBlock[index] ^= byte
    }
    if key.count > 64 {
      for (index, byte) in SHA256.hash(key).bytes.enumerated() { mix(byte, at: index) }
    } else {
      for index in key.indices { mix(key[index], at: index) }
    }
    var inner = SHA256()
    inner.update(innerBlock.span)
    var outer = SHA256()
    outer.update(outerBlock.span)
    self.inner = inner
    self.outer = outer
  }

  package init(key: [UInt8]) { self.init(key: key.span) }

  package func authenticate(_ message: Span<UInt8>) -> SHA256.Digest {
    var inner = inner
    inner.update(message)
    var outer = outer
    outer.update(inner.finalize())
    return outer.finalize()
  }

  package func authenticate(_ message: [UInt8]) -> SHA256.Digest { authenticate(message.span) }

  /// Authenticates the text's UTF-8.
  package func authenticate(_ text: String) -> SHA256.Digest { authenticate(text.utf8.span) }
}
