/// Unpacks what DEFLATE packed (RFC 1951), in the wrappers of gzip (RFC 1952) and zlib (RFC 1950).
///
/// Every byte comes from a stranger: the result never grows beyond `limit`, whatever the input claims, lengths and
/// checksums are verified, and nothing may stand behind the end. What is packed may be larger than what comes out by a
/// few kilobytes at most, so that to unpack costs no more than to send it plain.
package enum Inflate {
  /// Unpacks one or several gzip members one after the other.
  ///
  /// - Parameter limit: the most bytes that may come out.
  package static func gzip(_ bytes: [UInt8], limit: Int) throws(InflateError) -> [UInt8] {
    try run(bytes, limit) { (stream) throws(InflateError) in
      repeat {
        try gzipHeader(&stream)
        let start = stream.written
        try stream.run()
        let sum = UInt32(littleEndian: try stream.word())
        let length = UInt32(littleEndian: try stream.word())
        guard stream.crc32(from: start) == sum, UInt32(truncatingIfNeeded: stream.written - start) == length
        else { throw .wrongChecksum }
      } while !stream.isAtEnd
    }
  }

  /// Unpacks a zlib stream, which is what HTTP calls `deflate`.
  package static func zlib(_ bytes: [UInt8], limit: Int) throws(InflateError) -> [UInt8] {
    try run(bytes, limit) { (stream) throws(InflateError) in
      let (method, flags) = (try stream.byte(), try stream.byte())
      guard method & 0x0F == 8, method >> 4 <= 7, (Int(method) << 8 | Int(flags)) % 31 == 0 else {
        throw .unknownFormat
      }
      guard flags & 0x20 == 0 else { throw .unsupported("a preset dictionary") }
      try stream.run()
      guard stream.adler32 == UInt32(bigEndian: try stream.word()) else { throw .wrongChecksum }
      guard stream.isAtEnd else { throw .trailingBytes }
    }
  }

  /// Unpacks DEFLATE without a wrapper.
  package static func raw(_ bytes: [UInt8], limit: Int) throws(InflateError) -> [UInt8] {
    try run(bytes, limit) { (stream) throws(InflateError) in
      try stream.run()
      guard stream.isAtEnd else { throw .trailingBytes }
    }
  }

  /// The most bytes that can come out of `count` packed ones, whatever they are.
  package static func mostBytes(from count: Int, limit: Int) -> Int {
    // RFC 1951: one bit of length and one of distance give at most 258 bytes.
    min(limit, count.multipliedReportingOverflow(by: 1032).overflow ? limit : count * 1032)
  }

  private static func run(
    _ bytes: [UInt8], _ limit: Int, _ body: (inout InflateStream) throws(InflateError) -> Void
  ) throws(InflateError) -> [UInt8] {
    try bytes.withUnsafeBufferPointer { (input) throws(InflateError) in
      var stream = try InflateStream(input, limit: limit)
      try body(&stream)
      return stream.finish()
    }
  }

  /// Checks the header of a member and passes it.
  private static func gzipHeader(_ stream: inout InflateStream) throws(InflateError) {
    let isFirst = stream.isAtStart
    if !isFirst, stream.left < 2 { throw .trailingBytes }
    guard try stream.byte() == 0x1F, try stream.byte() == 0x8B else {
      throw isFirst ? .unknownFormat : .trailingBytes
    }
    guard stream.left >= 8 else { throw .endsEarly }
    let method = try stream.byte()
    guard method == 8 else { throw .unsupported("compression method \(method)") }
    let flags = try stream.byte()
    guard flags & 0xE0 == 0 else { throw .unsupported("reserved flags") }
    // Time, level, system.
    try stream.skip(6)
    if flags & 4 != 0 {
      let length = try (Int(stream.byte()), Int(stream.byte()))
      try stream.skip(length.0 | length.1 << 8)
    }
    // File name and comment, each ended by NUL.
    for flag in [8, 16] as [UInt8] where flags & flag != 0 {
      while try stream.byte() != 0 {}
    }
    if flags & 2 != 0 { try stream.skip(2) }
  }
}

/// Why packed bytes could not be unpacked.
package enum InflateError: Error, Hashable, Sendable, CustomStringConvertible {
  case unknownFormat
  case unsupported(String)
  case endsEarly
  case trailingBytes
  case wrongChecksum
  case tooLarge(limit: Int)
  /// It is larger packed than unpacked.
  case wasteful
  /// The bits name a code, block, length or distance that does not exist.
  case damaged

  package var description: String {
    switch self {
    case .unknownFormat: "the compressed data has no gzip or zlib header; check the Content-Encoding"
    case .unsupported(let what):
      "the compressed data uses \(what), which is not supported; compress it with gzip"
    case .endsEarly: "the compressed data ends early; send it whole"
    case .trailingBytes: "something follows the compressed data; remove it"
    case .wrongChecksum: "the checksum of the compressed data is wrong; send it again"
    case .tooLarge(let limit):
      "the data is larger than \(limit) bytes when unpacked; send it in smaller parts"
    case .wasteful: "the compressed data is larger than what is in it; send it as it is"
    case .damaged: "the compressed data is damaged; send it again"
    }
  }
}
