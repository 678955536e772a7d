/// SHA-256 (FIPS 180-4), for buckets, keys and tokens in targets that may not call a library.
///
/// The same bytes give the same digest on every machine and in every version, which `Hasher` does not
/// promise. For bulk data, use the faster C library behind Platform.
package struct SHA256: Sendable {
  private var state = State()
  /// The bytes that do not yet fill a block of 64; only the first `pendingCount` are valid.
  private var pending = SIMD64<UInt8>()
  private var pendingCount = 0
  private var length: UInt64 = 0

  package init() {}

  package static func hash(_ bytes: Span<UInt8>) -> Digest {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finalize()
  }

  package static func hash(_ bytes: [UInt8]) -> Digest { hash(bytes.span) }

  /// The digest of the text's UTF-8.
  package static func hash(_ text: String) -> Digest { hash(text.utf8.span) }

  package mutating func update(_ bytes: Span<UInt8>) {
    bytes.withUnsafeBytes { update($0) }
  }

  package mutating func update(_ text: String) { update(text.utf8.span) }

  /// Adds the 32 bytes of another digest, as HMAC needs.
  mutating func update(_ digest: Digest) {
    withUnsafeBytes(of: digest.bigEndianWords) { update($0) }
  }

  private mutating func update(_ bytes: UnsafeRawBufferPointer) {
    length &+= UInt64(bytes.count)
    var cursor = 0
    if pendingCount > 0 {
      cursor = min(64 - pendingCount, bytes.count)
      keep(UnsafeRawBufferPointer(rebasing: bytes[..<cursor]))
      guard pendingCount == 64 else { return }
      compressPending()
    }
    while bytes.count - cursor >= 64 {
      state.compress(bytes, at: cursor)
      cursor += 64
    }
    keep(UnsafeRawBufferPointer(rebasing: bytes[cursor...]))
  }

  /// `bytes` must fit into the pending block.
  private mutating func keep(_ bytes: UnsafeRawBufferPointer) {
    let count = pendingCount
    withUnsafeMutableBytes(of: &pending) {
      UnsafeMutableRawBufferPointer(rebasing: $0[count...]).copyMemory(from: bytes)
    }
    pendingCount += bytes.count
  }

  private mutating func compressPending() {
    withUnsafeBytes(of: pending) { state.compress($0, at: 0) }
    pendingCount = 0
  }

  /// The digest of all bytes so far. Works on a copy: more bytes may follow.
  package func finalize() -> Digest {
    var last = self
    last.pad()
    return Digest(last.state.words)
  }

  /// Pads with a one bit, zeros, and the length in bits in the last eight bytes of a block (FIPS 180-4,
  /// 5.1.1).
  private mutating func pad() {
    let count = pendingCount
    let needsAnother = count >= 56
    withUnsafeMutableBytes(of: &pending) {
      $0[count] = 0x80
      for index in count + 1..<64 { $0[index] = 0 }
    }
    if needsAnother {
      compressPending()
      pending = .zero
    }
    let bits = (length &* 8).bigEndian
    withUnsafeMutableBytes(of: &pending) { $0.storeBytes(of: bits, toByteOffset: 56, as: UInt64.self) }
    compressPending()
  }
}

extension SHA256 {
  /// A digest of 32 bytes. Comparison takes constant time.
  package struct Digest: Hashable, Sendable, CustomStringConvertible {
    private let a, b, c, d: UInt64

    fileprivate init(_ words: SIMD8<UInt32>) {
      a = UInt64(words[0]) << 32 | UInt64(words[1])
      b = UInt64(words[2]) << 32 | UInt64(words[3])
      c = UInt64(words[4]) << 32 | UInt64(words[5])
      d = UInt64(words[6]) << 32 | UInt64(words[7])
    }

    /// Returns `nil` unless there are exactly 32 bytes.
    package init?(bytes: Span<UInt8>) {
      guard bytes.count == 32 else { return nil }
      func word(_ start: Int) -> UInt64 {
        (start..<start + 8).reduce(0) { $0 << 8 | UInt64(bytes[$1]) }
      }
      (a, b, c, d) = (word(0), word(8), word(16), word(24))
    }

    package static func == (x: Digest, y: Digest) -> Bool {
      (x.a ^ y.a) | (x.b ^ y.b) | (x.c ^ y.c) | (x.d ^ y.d) == 0
    }

    /// The first eight bytes as a big-endian number: evenly spread, for buckets.
    package var leadingBits: UInt64 { a }

    /// In memory, the 32 bytes in order.
    fileprivate var bigEndianWords: SIMD4<UInt64> {
      SIMD4(a.bigEndian, b.bigEndian, c.bigEndian, d.bigEndian)
    }

    package var bytes: [UInt8] {
      withUnsafeBytes(of: bigEndianWords) { Array($0) }
    }

    /// 64 lower-case hexadecimal digits.
    package var description: String {
      String(unsafeUninitializedCapacity: 64) { buffer in
        for (index, byte) in bytes.enumerated() {
          for (place, nibble) in [byte >> 4, byte & 15].enumerated() {
            buffer[index * 2 + place] = nibble < 10 ? 0x30 + nibble : 0x57 + nibble
          }
        }
        return 64
      }
    }
  }
}

extension SHA256 {
  /// The eight state words between two blocks, with the compression function.
  private struct State: Sendable {
    var words = SIMD8<UInt32>(
      0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19)

    /// `bytes` must hold 64 bytes from `offset` on.
    mutating func compress(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
        for index in 0..<16 {
          schedule[index] = UInt32(
            bigEndian: bytes.loadUnaligned(fromByteOffset: offset &+ index &* 4, as: UInt32.self))
        }
        for index in 16..<64 {
          let x = schedule[index &- 15]
          let y = schedule[index &- 2]
          let s0 = rotated(x, 7) ^ rotated(x, 18) ^ (x >> 3)
          let s1 = rotated(y, 17) ^ rotated(y, 19) ^ (y >> 10)
          schedule[index] = schedule[index &- 16] &+ s0 &+ schedule[index &- 7] &+ s1
        }
        var (a, b, c, d) = (words[0], words[1], words[2], words[3])
        var (e, f, g, h) = (words[4], words[5], words[6], words[7])
        roundConstants.withUnsafeBufferPointer { constants in
          // Eight rounds at a time: renaming the variables instead of moving the words halves the time.
          for index in stride(from: 0, to: 64, by: 8) {
            func word(_ step: Int) -> UInt32 { constants[index &+ step] &+ schedule[index &+ step] }
            round(a, b, c, &d, e, f, g, &h, word(0))
            round(h, a, b, &c, d, e, f, &g, word(1))
            round(g, h, a, &b, c, d, e, &f, word(2))
            round(f, g, h, &a, b, c, d, &e, word(3))
            round(e, f, g, &h, a, b, c, &d, word(4))
            round(d, e, f, &g, h, a, b, &c, word(5))
            round(c, d, e, &f, g, h, a, &b, word(6))
            round(b, c, d, &e, f, g, h, &a, word(7))
          }
        }
        words &+= SIMD8(a, b, c, d, e, f, g, h)
      }
    }

    @inline(__always)
    private func round(
      _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32, _ g: UInt32,
      _ h: inout UInt32, _ word: UInt32
    ) {
      let t1 = h &+ (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) &+ (g ^ (e & (f ^ g))) &+ word
      d &+= t1
      h = t1 &+ (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) &+ ((a & b) ^ (c & (a ^ b)))
    }

    @inline(__always)
    private func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 &- count) }
  }
}

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2).
private let roundConstants: [UInt32] = [
  0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
  0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
  0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
  0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
  0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
  0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
  0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
  0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
]
