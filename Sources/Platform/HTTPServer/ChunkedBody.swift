/// Decodes a chunked body as it arrives (RFC 9112 section 7.1), as strictly as heads are read.
struct ChunkedBody {
  enum Problem: Error, Equatable {
    case malformed(String)
    case tooLong
  }

  private enum Phase {
    /// In the digits of a chunk's size.
    case size
    /// After the digits, up to the CR.
    case `extension`
    case sizeEnd
    case data(left: Int)
    case dataCR, dataLF
    /// In the trailers after the last chunk; `isEmpty` at the start of a line.
    case trailer(isEmpty: Bool)
    case trailerLF(isLast: Bool)
    case end
  }

  /// Maximum bytes of a size with its extensions, and of all trailers together.
  private static let maximumLine = 256
  private static let maximumTrailers = 4096

  private var phase = Phase.size
  private var size = 0
  private var digits = 0
  /// Bytes so far of the line or the trailers.
  private var length = 0

  var isDone: Bool { if case .end = phase { true } else { false } }

  /// Decodes received bytes.
  ///
  /// - Parameters:
  ///   - room: how many bytes the body may still grow by.
  ///   - body: gets the data, in order.
  /// - Returns: how many of the bytes belong to the body; fewer than all only at its end.
  mutating func take(
    _ bytes: UnsafeRawBufferPointer, room: Int, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(Problem) -> Int {
    var index = 0
    var room = room
    while index < bytes.count, !isDone {
      if case .data(let left) = phase {
        let count = min(left, bytes.count - index)
        body(UnsafeRawBufferPointer(rebasing: bytes[index..<index + count]))
        room -= count
        index += count
        phase = count == left ? .dataCR : .data(left: left - count)
        continue
      }
      try step(bytes[index], room: room)
      index += 1
    }
    return index
  }

  private mutating func step(_ byte: UInt8, room: Int) throws(Problem) {
    switch phase {
    case .size: try sizeByte(byte, room: room)
    case .extension:
      if byte == 0x0D { return phase = .sizeEnd }
      guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else {
        throw .malformed("a control character in a chunk's extension")
      }
      try count(Self.maximumLine, "a chunk's extensions of more than \(Self.maximumLine) bytes")
    case .sizeEnd:
      guard byte == 0x0A else { throw .malformed("a chunk's size without CR LF") }
      phase = size == 0 ? .trailer(isEmpty: true) : .data(left: size)
      (size, digits, length) = (0, 0, 0)
    case .data: break
    case .dataCR:
      guard byte == 0x0D else { throw .malformed("a chunk that is longer than its size") }
      phase = .dataLF
    case .dataLF:
      guard byte == 0x0A else { throw .malformed("a chunk without CR LF") }
      phase = .size
    case .trailer(let isEmpty):
      if byte == 0x0D { return phase = .trailerLF(isLast: isEmpty) }
      guard byte >= 0x20 && byte != 0x7F || byte == 0x09 && !isEmpty else {
        throw .malformed("a control character behind the last chunk")
      }
      phase = .trailer(isEmpty: false)
      try count(Self.maximumTrailers, "more than \(Self.maximumTrailers) bytes behind the last chunk")
    case .trailerLF(let isLast):
      guard byte == 0x0A else { throw .malformed("a CR without LF behind the last chunk") }
      phase = isLast ? .end : .trailer(isEmpty: true)
    case .end: break
    }
  }

  private mutating func sizeByte(_ byte: UInt8, room: Int) throws(Problem) {
    if let digit = Self.hex(byte) {
      digits += 1
      // A longer number is too large for any body, unless it has leading zeros.
      guard digits <= 16 else { throw .malformed("a chunk's size of more than 16 digits") }
      size = size << 4 | digit
      guard size <= room else { throw .tooLong }
      return
    }
    guard digits > 0 else { throw .malformed("a chunk without a size") }
    switch byte {
    case 0x0D: phase = .sizeEnd
    case 0x3B: phase = .extension
    default: throw .malformed("a chunk's size that is no number")
    }
  }

  private mutating func count(_ maximum: Int, _ problem: String) throws(Problem) {
    length += 1
    if length > maximum { throw .malformed(problem) }
  }

  private static func hex(_ byte: UInt8) -> Int? {
    switch byte {
    case 0x30...0x39: Int(byte) - 0x30
    case 0x41...0x46: Int(byte) - 0x37
    case 0x61...0x66: Int(byte) - 0x57
    default: nil
    }
  }
}
