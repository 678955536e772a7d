import Platform
import Support
import Testing

@Suite struct InflateTests {
  @Test func `a vector made by zlib unpacks`() throws {
    let gzip = try #require(Base64.bytes("H4sIAAAAAAACA8tIzcnJ11HIQKIUyvOLclK4MsiQAQAITGh6TgAAAA=="))
    #expect(
      try Inflate.gzip(gzip, limit: 1000)
        == Array(String(repeating: "hello, hello, hello world\n", count: 3).utf8))
  }

  @Test func `a stored block unpacks`() throws {
    let bytes: [UInt8] = [0x01, 0x03, 0x00, 0xFC, 0xFF, 0x61, 0x62, 0x63]
    let packed = Self.member(bytes, checksum: 0x3524_41C2, count: 3)
    #expect(try Inflate.gzip(packed, limit: 3) == [0x61, 0x62, 0x63])
    #expect(throws: InflateError.damaged) {
      try Inflate.gzip(Self.member([0x01, 0x03, 0x00, 0xFC, 0xFE, 0x61, 0x62, 0x63]), limit: 3)
    }
  }

  @Test func `a header may name file, comment, extra field and a checksum of itself`() throws {
    let packed = Self.member([0x03, 0x00])
    var header = Array(packed.prefix(10))
    header[3] = 0x1E
    let named = header + [2, 0, 9, 9] + Array("a.json\0from ann\0".utf8) + [7, 7] + packed.dropFirst(10)
    #expect(try Inflate.gzip(named, limit: 10) == [])
    for length in named.indices {
      #expect(throws: InflateError.endsEarly) { try Inflate.gzip(Array(named[..<length]), limit: 10) }
    }
  }

  @Test func `a header of a later or unknown kind is refused`() {
    var reserved = Self.member([0x03, 0x00])
    reserved[3] = 0x20
    #expect(throws: InflateError.unsupported("reserved flags")) { try Inflate.gzip(reserved, limit: 10) }
    var method = Self.member([0x03, 0x00])
    method[2] = 9
    #expect(throws: InflateError.unsupported("compression method 9")) {
      try Inflate.gzip(method, limit: 10)
    }
  }

  @Test func `length and checksum of the content are verified`() {
    let stored: [UInt8] = [0x01, 0x01, 0x00, 0xFE, 0xFF, 0x61]
    for packed in [
      Self.member(stored, checksum: 0xE8B7_BE42, count: 1),
      Self.member(stored, checksum: 0xE8B7_BE43, count: 2),
    ] {
      #expect(throws: InflateError.wrongChecksum) { try Inflate.gzip(packed, limit: 10) }
    }
  }

  @Test(arguments: ["-1", "-6", "-9"])
  func `what gzip packs comes out the same`(level: String) async throws {
    var random = SeededGenerator()
    let words = ["welcome", "cart", "{\"id\":", "\n", "中文", "0", "replenishment ", ","]
    for size in [0, 1, 100, 70_000, 1_000_000] {
      var bytes: [UInt8] = []
      while bytes.count < size {
        if Int.random(in: 0..<40, using: &random) == 0 {
          for _ in 0..<50 { bytes.append(UInt8.random(in: 0...255, using: &random)) }
        } else {
          bytes += words.randomElement(using: &random)!.utf8
        }
      }
      let packed = try await gzip(bytes, level)
      #expect(try Inflate.gzip(packed, limit: bytes.count) == bytes, "\(random), size \(size)")
      #expect(
        try Inflate.gzip(packed + packed, limit: 2 * bytes.count) == bytes + bytes,
        "\(random), size \(size)")
      if size > 0 {
        #expect(throws: InflateError.tooLarge(limit: bytes.count - 1)) {
          try Inflate.gzip(packed, limit: bytes.count - 1)
        }
      }
      #expect(throws: InflateError.trailingBytes) { try Inflate.gzip(packed + [0], limit: bytes.count) }
    }
  }

  @Test func `a bomb stops at the limit`() async throws {
    let bomb = try await gzip([UInt8](repeating: 0, count: 50 << 20), "-9")
    #expect(bomb.count < 100_000)
    let error = #expect(throws: InflateError.self) { try Inflate.gzip(bomb, limit: 1 << 20) }
    #expect(
      error?.description == "the data is larger than 1048576 bytes when unpacked; send it in smaller parts")
  }

  @Test func `every cut is noticed, and no flipped bit changes what comes out`() async throws {
    let bytes = Array("{\"event\":\"Order Completed\",\"event2\":\"Order Completed\"}".utf8)
    let packed = try await gzip(bytes, "-9")
    for length in packed.indices {
      #expect(throws: InflateError.endsEarly) { try Inflate.gzip(Array(packed[..<length]), limit: 1000) }
    }
    // Bytes 3 to 9 of the header say flags, time and system, which change nothing that is checked.
    for place in packed.indices where !(3...9).contains(place) {
      for bit in 0..<8 {
        var damaged = packed
        damaged[place] ^= 1 << bit
        // Some bits do not matter: the padding of the last byte, a distance to another copy of the same text.
        if let result = try? Inflate.gzip(damaged, limit: 1000) {
          #expect(result == bytes, "byte \(place), bit \(bit)")
        }
      }
    }
  }

  @Test(
    arguments: [
      (.unknownFormat, "the compressed data has no gzip or zlib header; check the Content-Encoding"),
      (
        .unsupported("reserved flags"),
        "the compressed data uses reserved flags, which is not supported; compress it with gzip"
      ),
      (.endsEarly, "the compressed data ends early; send it whole"),
      (.trailingBytes, "something follows the compressed data; remove it"),
      (.wrongChecksum, "the checksum of the compressed data is wrong; send it again"),
      (.wasteful, "the compressed data is larger than what is in it; send it as it is"),
      (.damaged, "the compressed data is damaged; send it again"),
    ] as [(InflateError, String)])
  func `an error says what to do`(error: InflateError, text: String) {
    #expect(error.description == text)
  }

  @Test func `bytes of another kind are refused`() {
    #expect(throws: InflateError.unknownFormat) { try Inflate.gzip(Array("{\"a\":1}".utf8), limit: 10) }
    // What HTTP calls deflate.
    #expect(throws: InflateError.unknownFormat) { try Inflate.gzip([0x78, 0x9C, 0x03, 0x00], limit: 10) }
    #expect(throws: InflateError.endsEarly) { try Inflate.gzip([], limit: 10) }
    // A block of the kind that does not exist, and a distance before the beginning.
    #expect(throws: InflateError.damaged) { try Inflate.gzip(Self.member([0x07]), limit: 10) }
    #expect(throws: InflateError.damaged) {
      try Inflate.gzip(Self.member([0x03, 0x02, 0x00]), limit: 1000)
    }
  }

  /// A gzip member around DEFLATE.
  private static func member(_ deflated: [UInt8], checksum: UInt32 = 0, count: UInt32 = 0) -> [UInt8] {
    var bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF] + deflated
    for word in [checksum, count] {
      for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
    return bytes
  }

  /// Empty stored blocks of five bytes each, then one that holds `a`.
  private static func emptyBlocks(_ count: Int) -> [UInt8] {
    let blocks: [UInt8] =
      (0..<count).flatMap { _ in [0, 0, 0, 0xFF, 0xFF] as [UInt8] } + [1, 1, 0, 0xFE, 0xFF, 0x61]
    return member(blocks, checksum: 0xE8B7_BE43, count: 1)
  }

  @Test func `what is far larger packed than unpacked is not read to its end`() throws {
    #expect(try Inflate.gzip(Self.emptyBlocks(1000), limit: 10) == [0x61])
    #expect(throws: InflateError.wasteful) { try Inflate.gzip(Self.emptyBlocks(100_000), limit: 10) }
    // Members that hold nothing, each with its header and checksum.
    let member = Self.member([3, 0])
    #expect(try Inflate.gzip(member + member, limit: 10) == [])
    #expect(throws: InflateError.wasteful) {
      try Inflate.gzip((0..<100_000).flatMap { _ in member }, limit: 10)
    }
  }

  @Test(arguments: [(0, 100, 0), (10, 100_000, 10_320), (1000, 4096, 4096), (.max, 4096, 4096)])
  func `no more comes out of packed bytes than DEFLATE can say`(_ count: Int, _ limit: Int, _ most: Int) {
    #expect(Inflate.mostBytes(from: count, limit: limit) == most)
  }

  @Test func `random bytes never crash the decoder`() {
    var random = SeededGenerator()
    for _ in 0..<rounds(20_000) {
      var bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      // Half of them begin a dynamic block, where most of the code is.
      if !bytes.isEmpty, Bool.random(using: &random) { bytes[0] = bytes[0] & 0xF8 | 0x05 }
      // A fitting checksum is out of reach of chance, so that a whole stream ends there.
      let error = #expect(throws: InflateError.self, "\(random)") {
        try Inflate.gzip(Self.member(bytes, checksum: 1), limit: 10_000)
      }
      if error == .unknownFormat { Issue.record("the header was not read, \(random): \(bytes)") }
    }
  }

  private func gzip(_ bytes: [UInt8], _ level: String) async throws -> [UInt8] {
    let process = ChildProcess(
      ["/usr/bin/gzip", "-n", level, "-c"], input: bytes, outputLimit: 64 << 20, deadline: .seconds(60))
    return try await process.run().output
  }
}
