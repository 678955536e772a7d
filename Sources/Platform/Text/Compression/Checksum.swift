/// The checksums of gzip and zlib; they find accidents, not forgeries.
package enum Checksum {
  /// CRC-32 as in RFC 1952 section 8.
  package static func crc32(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    crcTable.withUnsafeBufferPointer { table in
      for byte in bytes { crc = table[Int((crc ^ UInt32(byte)) & 0xFF)] ^ crc >> 8 }
    }
    return ~crc
  }

  /// Adler-32 as in RFC 1950 section 9.
  package static func adler32(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var a: UInt32 = 1
    var b: UInt32 = 0
    var place = 0
    while place < bytes.count {
      // 5552 is the most steps before `b` can overflow 32 bits.
      let end = min(place + 5552, bytes.count)
      for i in place..<end {
        a &+= UInt32(bytes[i])
        b &+= a
      }
      a %= 65_521
      b %= 65_521
      place = end
    }
    return b << 16 | a
  }

  private static let crcTable: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
  }
}
