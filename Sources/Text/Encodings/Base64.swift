/// Bytes as text of 64 letters (RFC 4648 sections 4 and 5).
package enum Base64 {
  package enum Alphabet: Sendable {
    /// `+` and `/`, with padding.
    case standard
    /// `-` and `_`, without padding: safe in URLs and file names.
    case urlSafe
  }

  /// - Parameter isPadded: whether `=` fills the last group; `nil` follows the alphabet's rule.
  package static func text(
    _ bytes: Span<UInt8>, _ alphabet: Alphabet = .standard, isPadded: Bool? = nil
  ) -> String {
    let isPadded = isPadded ?? (alphabet == .standard)
    let count = isPadded ? (bytes.count + 2) / 3 * 4 : (bytes.count * 4 + 2) / 3
    return String(unsafeUninitializedCapacity: count) { buffer in
      let letters = letters(alphabet)
      var (read, written) = (0, 0)
      while read < bytes.count {
        let left = bytes.count - read
        let group = group(bytes[read], left > 1 ? bytes[read + 1] : 0, left > 2 ? bytes[read + 2] : 0)
        for place in 0..<4 where place <= left || isPadded {
          buffer[written] = place <= left ? letters[Int(group >> UInt32(18 - 6 * place) & 63)] : padding
          written += 1
        }
        read += 3
      }
      return written
    }
  }

  package static func text(
    _ bytes: some Collection<UInt8>, _ alphabet: Alphabet = .standard, isPadded: Bool? = nil
  ) -> String {
    text(Array(bytes).span, alphabet, isPadded: isPadded)
  }

  /// Appends the padded standard form, for mail.
  ///
  /// - Parameter lineLength: a multiple of four; each line then ends with CRLF. `nil` writes everything on one line
  ///   without a line end.
  package static func append(
    _ bytes: UnsafeBufferPointer<UInt8>, lineLength: Int? = nil, to out: inout [UInt8]
  ) {
    let characters = (bytes.count + 2) / 3 * 4
    let lines = lineLength.map { (characters + $0 - 1) / $0 } ?? 0
    let start = out.count
    out.append(contentsOf: repeatElement(0, count: characters + lines * 2))
    out.withUnsafeMutableBufferPointer { out in
      let letters = letters(.standard)
      var (read, write, column) = (0, start, 0)
      while read < bytes.count {
        let left = bytes.count - read
        let group = group(bytes[read], left > 1 ? bytes[read + 1] : 0, left > 2 ? bytes[read + 2] : 0)
        out[write] = letters[Int(group >> 18)]
        out[write + 1] = letters[Int(group >> 12 & 63)]
        out[write + 2] = left > 1 ? letters[Int(group >> 6 & 63)] : padding
        out[write + 3] = left > 2 ? letters[Int(group & 63)] : padding
        write += 4
        read += 3
        column += 4
        if column == lineLength || (lineLength != nil && read >= bytes.count) {
          out[write] = 0x0D
          out[write + 1] = 0x0A
          write += 2
          column = 0
        }
      }
    }
  }

  /// The decoded bytes, or `nil` unless `text` is exactly what `text(_:_:)` would write for them: each value has only
  /// one encoding, so that a signed token is not malleable. Padding may be omitted, but must not be wrong.
  package static func bytes(_ text: String, _ alphabet: Alphabet = .standard) -> [UInt8]? {
    let input = text.utf8.span
    var end = input.count
    if alphabet == .standard, end % 4 == 0 {
      while end > 0, input.count - end < 2, input[end - 1] == padding { end -= 1 }
    }
    guard end % 4 != 1 else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(end * 3 / 4)
    var (held, bits): (UInt32, UInt32) = (0, 0)
    for index in 0..<end {
      guard let value = value(of: input[index], alphabet) else { return nil }
      held = held << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        result.append(UInt8(truncatingIfNeeded: held >> bits))
        held &= 1 << bits - 1
      }
    }
    // Bits left over must be zero (RFC 4648 section 3.5).
    return held == 0 ? result : nil
  }

  private static var padding: UInt8 { UInt8(ascii: "=") }

  private static func group(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> UInt32 {
    UInt32(first) << 16 | UInt32(second) << 8 | UInt32(third)
  }

  private static func letters(_ alphabet: Alphabet) -> UnsafePointer<UInt8> {
    let letters: StaticString =
      switch alphabet {
      case .standard: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
      case .urlSafe: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
      }
    return letters.utf8Start
  }

  private static func value(of letter: UInt8, _ alphabet: Alphabet) -> UInt8? {
    switch letter {
    case 0x41...0x5A: letter - 0x41
    case 0x61...0x7A: letter - 0x61 + 26
    case 0x30...0x39: letter - 0x30 + 52
    case UInt8(ascii: alphabet == .standard ? "+" : "-"): 62
    case UInt8(ascii: alphabet == .standard ? "/" : "_"): 63
    default: nil
    }
  }
}
