/// A server's reply: `550-5.1.1 no such` `550 5.1.1 user here` has code 550, enhanced code 5.1.1.
package struct SMTPReply: Hashable, Sendable, CustomStringConvertible {
  /// 200 to 599.
  package let code: Int

  /// `class.subject.detail` (RFC 3463) of the last line that has one of the code's class; `nil` if none does.
  package let enhancedCode: String?

  /// All lines without codes, joined by a space, control characters replaced by `?`, at most 512 bytes. It is
  /// the server's text and may contain the recipient's address.
  package let text: String

  package init(code: Int, enhancedCode: String? = nil, text: String = "") {
    self.code = code
    self.enhancedCode = enhancedCode
    self.text = text
  }

  package var description: String {
    var parts = ["\(code)"]
    if let enhancedCode { parts.append(enhancedCode) }
    if !text.isEmpty { parts.append(text) }
    return parts.joined(separator: " ")
  }
}

/// Parses a server's bytes into replies. Strict: anything else ends the conversation.
struct SMTPReplyParser {
  enum Outcome: Equatable {
    case needMore
    case reply(SMTPReply)
    case garbage
  }

  private static let longestLine = 4096
  private static let longestReply = 64 * 1024

  private var pending: [UInt8] = []
  private var consumed = 0
  private var code: Int?
  private var enhancedCode: String?
  private var text: [UInt8] = []
  private var replySize = 0

  /// Whether bytes of an unfinished reply have arrived.
  var hasPartial: Bool { consumed < pending.count || code != nil }

  mutating func append(_ bytes: some Sequence<UInt8>) {
    if consumed == pending.count {
      pending.removeAll(keepingCapacity: true)
      consumed = 0
    }
    pending.append(contentsOf: bytes)
  }

  mutating func next() -> Outcome {
    while let end = pending[consumed...].firstIndex(of: 0x0A) {
      var line = pending[consumed..<end]
      consumed = end + 1
      if line.last == 0x0D { line.removeLast() }
      replySize += line.count
      guard line.count <= Self.longestLine, replySize <= Self.longestReply else { return .garbage }
      guard let (lineCode, isLast, rest) = Self.split(line), code == nil || code == lineCode else {
        return .garbage
      }
      code = lineCode
      take(rest, code: lineCode)
      if isLast {
        let reply = SMTPReply(
          code: lineCode, enhancedCode: enhancedCode, text: String(decoding: text, as: UTF8.self))
        code = nil
        enhancedCode = nil
        text = []
        replySize = 0
        return .reply(reply)
      }
    }
    return pending.count - consumed > Self.longestLine ? .garbage : .needMore
  }

  /// `ddd`, then a space (last line), a hyphen (more follow) or nothing (last line).
  private static func split(_ line: ArraySlice<UInt8>) -> (Int, Bool, ArraySlice<UInt8>)? {
    guard line.count >= 3 else { return nil }
    let start = line.startIndex
    var code = 0
    for offset in 0..<3 {
      guard (0x30...0x39).contains(line[start + offset]) else { return nil }
      code = code * 10 + Int(line[start + offset] - 0x30)
    }
    guard (200...599).contains(code) else { return nil }
    guard line.count > 3 else { return (code, true, line[line.endIndex...]) }
    switch line[start + 3] {
    case 0x20: return (code, true, line[(start + 4)...])
    case 0x2D: return (code, false, line[(start + 4)...])
    default: return nil
    }
  }

  private mutating func take(_ rest: ArraySlice<UInt8>, code: Int) {
    var rest = rest
    if let length = Self.enhancedLength(rest, class: UInt8(0x30 + code / 100)) {
      enhancedCode = String(decoding: rest.prefix(length), as: UTF8.self)
      rest = rest.dropFirst(length)
      while rest.first == 0x20 { rest = rest.dropFirst() }
    }
    guard text.count < 512, !rest.isEmpty else { return }
    if !text.isEmpty { text.append(0x20) }
    for byte in rest.prefix(512 - text.count) { text.append(byte < 0x20 || byte == 0x7F ? 0x3F : byte) }
  }

  /// The length of `2.1.5` at the start of a line; `nil` if there is none of this class.
  private static func enhancedLength(_ bytes: ArraySlice<UInt8>, class wanted: UInt8) -> Int? {
    guard bytes.first == wanted else { return nil }
    var index = bytes.startIndex + 1
    for _ in 0..<2 {
      guard index < bytes.endIndex, bytes[index] == 0x2E else { return nil }
      index += 1
      let start = index
      while index < bytes.endIndex, (0x30...0x39).contains(bytes[index]) { index += 1 }
      guard (1...3).contains(index - start) else { return nil }
    }
    guard index == bytes.endIndex || bytes[index] == 0x20 else { return nil }
    return index - bytes.startIndex
  }
}
