internal import Glibc

/// An IPv4 or IPv6 address.
package struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
  /// 4 or 16 bytes in network order.
  package let bytes: [UInt8]

  /// Dotted IPv4 or RFC 4291 text, without port or zone.
  package init?(_ text: String) {
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      bytes = withUnsafeBytes(of: four) { Array($0) }
    } else if inet_pton(AF_INET6, text, &six) == 1 {
      bytes = withUnsafeBytes(of: six) { Array($0) }
    } else {
      return nil
    }
  }

  /// From a `sockaddr_in` or `sockaddr_in6`; nil for other families.
  init?(socketAddress: UnsafeRawBufferPointer) {
    guard socketAddress.count >= 2 else { return nil }
    switch Int32(socketAddress.loadUnaligned(as: sa_family_t.self)) {
    case AF_INET where socketAddress.count >= MemoryLayout<sockaddr_in>.size:
      bytes = Array(socketAddress[4..<8])
    case AF_INET6 where socketAddress.count >= MemoryLayout<sockaddr_in6>.size:
      bytes = Array(socketAddress[8..<24])
    default: return nil
    }
  }

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// `::ffff:a.b.c.d` as `a.b.c.d`; other addresses unchanged.
  package var unmapped: NetworkAddress {
    guard bytes.count == 16, bytes[0..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF
    else { return self }
    return NetworkAddress(bytes: Array(bytes[12...]))
  }

  /// Whether this is a unicast address of the public internet (IANA special-purpose registries): not loopback,
  /// private, link-local, shared (100.64/10), documentation, benchmark, multicast or reserved, nor one of these
  /// embedded in an IPv4-mapped, NAT64 or 6to4 address. Teredo is never public.
  package var isPublic: Bool {
    bytes.count == 4 ? Self.isPublic(four: bytes[...]) : isPublicSix
  }

  private var isPublicSix: Bool {
    let direct = unmapped
    if direct.bytes.count == 4 { return direct.isPublic }
    if bytes.starts(with: [0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]) {
      return Self.isPublic(four: bytes[12...])
    }
    if bytes.starts(with: [0x20, 0x02]) { return Self.isPublic(four: bytes[2..<6]) }
    guard bytes[0] & 0xE0 == 0x20 else { return false }
    // 2001::/23 holds Teredo, ORCHID and benchmarks; 2001:db8::/32 and 3fff::/20 are for documentation.
    if bytes[0] == 0x20, bytes[1] == 0x01, bytes[2] & 0xFE == 0 { return false }
    if bytes.starts(with: [0x20, 0x01, 0x0D, 0xB8]) { return false }
    return !(bytes[0] == 0x3F && bytes[1] == 0xFF && bytes[2] & 0xF0 == 0)
  }

  private static func isPublic(four bytes: ArraySlice<UInt8>) -> Bool {
    let value = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return !special.contains { value >> (32 - $0.bits) == $0.network >> (32 - $0.bits) }
  }

  private static let special: [(network: UInt32, bits: UInt32)] = [
    (0x0000_0000, 8), (0x0A00_0000, 8), (0x6440_0000, 10), (0x7F00_0000, 8), (0xA9FE_0000, 16),
    (0xAC10_0000, 12), (0xC000_0000, 24), (0xC000_0200, 24), (0xC058_6300, 24), (0xC0A8_0000, 16),
    (0xC612_0000, 15), (0xC633_6400, 24), (0xCB00_7100, 24), (0xE000_0000, 4), (0xF000_0000, 4),
  ]

  package var description: String {
    var text = [CChar](repeating: 0, count: 64)
    let isFour = bytes.count == 4
    _ = bytes.withUnsafeBytes { inet_ntop(isFour ? AF_INET : AF_INET6, $0.baseAddress!, &text, 64) }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
