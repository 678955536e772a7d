/// Unpacks untrusted gzip data (RFC 1952).
///
/// The result never exceeds a limit, whatever the input claims; lengths and checksums are verified, and no
/// data may follow the end. The input may be at most a few kilobytes larger than the result, so that
/// unpacking a body costs no more than receiving it uncompressed.
package enum Inflate {
  /// Unpacks one or more consecutive gzip members.
  ///
  /// - Parameter limit: the maximum size of the result in bytes.
  package static func gzip(_ bytes: [UInt8], limit: Int) throws(InflateError) -> [UInt8] {
    try bytes.withUnsafeBufferPointer { (input) throws(InflateError) in
      var stream = InflateStream(input, limit: limit)
      repeat {
        try skipHeader(&stream)
        let start = stream.written
        try stream.run()
        let sum = UInt32(littleEndian: try stream.word())
        let length = UInt32(littleEndian: try stream.word())
        guard stream.crc32(from: start) == sum, UInt32(truncatingIfNeeded: stream.written - start) == length
        else { throw .wrongChecksum }
      } while !stream.isAtEnd
      return stream.finish()
    }
  }

  /// An upper bound for the unpacked size of any `count` compressed bytes, at most `limit`.
  package static func mostBytes(from count: Int, limit: Int) -> Int {
    // RFC 1951: one bit of length code and one of distance code give at most 258 bytes.
    min(limit, count.multipliedReportingOverflow(by: 1032).overflow ? limit : count * 1032)
  }

  /// Checks and skips the header of one member.
  private static func skipHeader(_ stream: inout InflateStream) throws(InflateError) {
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
    // Modification time, extra flags, operating system.
    try stream.skip(6)
    if flags & 4 != 0 {
      let length = try (Int(stream.byte()), Int(stream.byte()))
      try stream.skip(length.0 | length.1 << 8)
    }
    // File name and comment, each terminated by NUL.
    for flag in [8, 16] as [UInt8] where flags & flag != 0 {
      while try stream.byte() != 0 {}
    }
    if flags & 2 != 0 { try stream.skip(2) }
  }
}

/// Why compressed bytes could not be unpacked.
package enum InflateError: Error, Hashable, Sendable, CustomStringConvertible {
  case unknownFormat
  case unsupported(String)
  case endsEarly
  case trailingBytes
  case wrongChecksum
  case tooLarge(limit: Int)
  /// The compressed data is larger than its contents allow.
  case wasteful
  /// Not valid DEFLATE.
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
