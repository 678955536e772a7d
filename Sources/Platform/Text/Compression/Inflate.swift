/// Unpacks what DEFLATE packed (RFC 1951), in the wrappers of gzip (RFC 1952) and zlib (RFC 1950).
///
/// Every byte comes from a stranger: the result never grows beyond `limit`, whatever the input claims,
/// lengths and checksums are verified, and nothing may stand behind the end.
package enum Inflate {
  /// Unpacks one or several gzip members one after the other.
  ///
  /// - Parameter limit: the most bytes that may come out.
  package static func gzip(_ bytes: [UInt8], limit: Int) throws(InflateError) -> [UInt8] {
    try bytes.withUnsafeBufferPointer { (input) throws(InflateError) in
      var output = InflateOutput(limit: limit)
      var place = 0
      repeat {
        let start = output.count
        place = try gzipHeader(input, from: place)
        var decoder = InflateDecoder(input: input, from: place)
        try decoder.run(into: &output, windowStart: start)
        place = decoder.place
        guard place + 8 <= input.count else { throw .endsEarly }
        guard Checksum.crc32(output.bytes(from: start)) == littleEndian(input, at: place),
          UInt32(truncatingIfNeeded: output.count - start) == littleEndian(input, at: place + 4)
        else { throw .wrongChecksum }
        place += 8
      } while place < input.count
      return output.finish()
    }
  }

  /// Unpacks a zlib stream, which is what HTTP calls `deflate`.
  package static func zlib(_ bytes: [UInt8], limit: Int) throws(InflateError) -> [UInt8] {
    try bytes.withUnsafeBufferPointer { (input) throws(InflateError) in
      guard input.count >= 2 else { throw .endsEarly }
      let header = Int(input[0]) << 8 | Int(input[1])
      guard input[0] & 0x0F == 8, input[0] >> 4 <= 7, header % 31 == 0 else { throw .unknownFormat }
      guard input[1] & 0x20 == 0 else { throw .unsupported("a preset dictionary") }
      var output = InflateOutput(limit: limit)
      var decoder = InflateDecoder(input: input, from: 2)
      try decoder.run(into: &output, windowStart: 0)
      let place = decoder.place
      guard place + 4 <= input.count else { throw .endsEarly }
      let stated = (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(input[place + $1]) }
      guard Checksum.adler32(output.bytes(from: 0)) == stated else { throw .wrongChecksum }
      guard place + 4 == input.count else { throw .trailingBytes }
      return output.finish()
    }
  }

  /// Unpacks DEFLATE without a wrapper.
  package static func raw(_ bytes: [UInt8], limit: Int) throws(InflateError) -> [UInt8] {
    try bytes.withUnsafeBufferPointer { (input) throws(InflateError) in
      var output = InflateOutput(limit: limit)
      var decoder = InflateDecoder(input: input, from: 0)
      try decoder.run(into: &output, windowStart: 0)
      guard decoder.place == input.count else { throw .trailingBytes }
      return output.finish()
    }
  }

  /// Checks the header of a member and returns the index of its data.
  private static func gzipHeader(
    _ input: UnsafeBufferPointer<UInt8>, from start: Int
  ) throws(InflateError) -> Int {
    guard input.count - start >= 2 else { throw start > 0 ? .trailingBytes : .endsEarly }
    guard input[start] == 0x1F, input[start + 1] == 0x8B else {
      throw start > 0 ? .trailingBytes : .unknownFormat
    }
    guard input.count - start >= 10 else { throw .endsEarly }
    guard input[start + 2] == 8 else { throw .unsupported("compression method \(input[start + 2])") }
    let flags = input[start + 3]
    guard flags & 0xE0 == 0 else { throw .unsupported("reserved flags") }
    var place = start + 10
    if flags & 4 != 0 {
      guard place + 2 <= input.count else { throw .endsEarly }
      place += 2 + Int(input[place]) + Int(input[place + 1]) << 8
    }
    // File name and comment, each ended by NUL.
    for flag in [8, 16] as [UInt8] where flags & flag != 0 {
      while place < input.count, input[place] != 0 { place += 1 }
      place += 1
    }
    if flags & 2 != 0 { place += 2 }
    guard place <= input.count else { throw .endsEarly }
    return place
  }

  private static func littleEndian(_ input: UnsafeBufferPointer<UInt8>, at place: Int) -> UInt32 {
    (0..<4).reduce(UInt32(0)) { $0 | UInt32(input[place + $1]) << UInt32(8 * $1) }
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
    case .damaged: "the compressed data is damaged; send it again"
    }
  }
}
