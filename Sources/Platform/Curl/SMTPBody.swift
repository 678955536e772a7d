internal import Glibc

/// A message as sent after DATA: every line ends with CRLF, lines that start with a dot are stuffed, and the
/// final line holds the dot that submits the message.
///
/// Bare CR and LF become CRLF, because receivers that take them for line ends can be tricked into seeing a
/// second message in the body (SMTP smuggling), and careful ones refuse them.
struct SMTPBody: Sendable {
  let wire: [UInt8]

  /// The offset of the final `.CRLF`. Without it the receiver has no message.
  var dotOffset: Int { wire.count - 3 }

  let hasEightBit: Bool

  /// Encodes `message`; a message already in this form is copied in one piece. Empty stays empty.
  init(_ message: [UInt8]) {
    var bytes = message
    hasEightBit = Self.hasEightBit(bytes)
    if !Self.isInOrder(bytes) { bytes = Self.normalised(bytes) }
    if !bytes.isEmpty, bytes.last != 0x0A { bytes.append(contentsOf: [0x0D, 0x0A]) }
    bytes.append(contentsOf: [0x2E, 0x0D, 0x0A])
    wire = bytes
  }

  private static func hasEightBit(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var index = 0
      while index + 8 <= buffer.count {
        if buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 {
          return true
        }
        index += 8
      }
      while index < buffer.count {
        if buffer[index] >= 0x80 { return true }
        index += 1
      }
      return false
    }
  }

  /// Whether no line end needs repair and no line starts with a dot. Two `memchr` per line.
  private static func isInOrder(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return true }
      var start = 0
      while start < buffer.count {
        if buffer[start] == 0x2E { return false }
        let carriage = memchr(base + start, 0x0D, buffer.count - start).map {
          $0 - UnsafeMutableRawPointer(mutating: base)
        }
        let line = memchr(base + start, 0x0A, buffer.count - start).map {
          $0 - UnsafeMutableRawPointer(mutating: base)
        }
        guard let line else { return carriage == nil }
        guard carriage == line - 1 else { return false }
        start = line + 1
      }
      return true
    }
  }

  private static func normalised(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count + bytes.count / 32 + 16)
    var atLineStart = true
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      switch byte {
      case 0x0D:
        if index < bytes.count, bytes[index] == 0x0A { index += 1 }
        fallthrough
      case 0x0A:
        out.append(0x0D)
        out.append(0x0A)
        atLineStart = true
      default:
        if atLineStart, byte == 0x2E { out.append(0x2E) }
        out.append(byte)
        atLineStart = false
      }
    }
    return out
  }
}
