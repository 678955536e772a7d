internal import Domain

/// Writes the headers of a mail: checked, encoded, folded.
///
/// Every value passes `check`, which throws on CR, LF and NUL instead of replacing them, so that no value can
/// forge a header.
struct MailHeaders {
  /// A longer value means a broken template or an attack.
  static let valueLimit = 998

  private(set) var bytes: [UInt8] = []

  init(reserving capacity: Int = 2048) { bytes.reserveCapacity(capacity) }

  static func check(
    _ value: String, field: String, limit: Int = valueLimit
  ) throws(CompositionError) {
    var count = 0
    for byte in value.utf8 {
      if byte == 0x0D || byte == 0x0A || byte == 0 { throw .forbiddenCharacter(field: field, byte: byte) }
      count += 1
    }
    guard count <= limit else { throw .tooLong(field: field, bytes: count, limit: limit) }
  }

  /// Appends finished headers, including their line ends.
  mutating func append(raw: [UInt8]) { bytes.append(contentsOf: raw) }

  /// Appends a header with a generated value: ASCII without spaces to fold at.
  mutating func append(_ name: StaticString, token: String) {
    bytes.append(literal: name)
    bytes.append(literal: ": ")
    bytes.append(contentsOf: token.utf8)
    bytes.append(literal: "\r\n")
  }

  /// Appends a header of free text, such as the subject.
  mutating func append(_ name: StaticString, text: String) throws(CompositionError) {
    try Self.check(text, field: name.description)
    bytes.append(literal: name)
    bytes.append(literal: ": ")
    let column = name.utf8CodeUnitCount + 2
    if Self.isPlain(text) {
      appendFolded(text, column: column)
    } else {
      _ = EncodedWords.append(text, column: column, to: &bytes)
    }
    bytes.append(literal: "\r\n")
  }

  /// Appends a header with one mailbox, such as `From`.
  mutating func append(_ name: StaticString, mailbox: Mailbox) throws(CompositionError) {
    try Self.check(mailbox.name, field: name.description)
    bytes.append(literal: name)
    bytes.append(literal: ": ")
    var column = name.utf8CodeUnitCount + 2
    let addressWidth = mailbox.address.local.utf8.count + mailbox.address.domain.utf8.count + 1
    guard !mailbox.name.isEmpty else {
      appendAddress(mailbox.address, to: &bytes)
      bytes.append(literal: "\r\n")
      return
    }
    if mailbox.name.utf8.allSatisfy({ EmailAddress.isAtomText($0) || $0 == 0x20 }),
      !Self.looksEncoded(mailbox.name)
    {
      appendFolded(mailbox.name, column: column)
      column += mailbox.name.utf8.count
    } else if mailbox.name.utf8.count <= 60, Self.isPlain(mailbox.name) {
      bytes.append(UInt8(ascii: "\""))
      for byte in mailbox.name.utf8 {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
        bytes.append(byte)
      }
      bytes.append(UInt8(ascii: "\""))
      column += mailbox.name.utf8.count + 2
    } else {
      column = EncodedWords.append(mailbox.name, column: column, to: &bytes)
    }
    bytes.append(literal: column + addressWidth + 3 > 76 ? "\r\n <" : " <")
    appendAddress(mailbox.address, to: &bytes)
    bytes.append(literal: ">\r\n")
  }

  /// Appends a header of URIs in angle brackets, such as `List-Unsubscribe`.
  mutating func append(_ name: StaticString, uris: [String]) throws(CompositionError) {
    bytes.append(literal: name)
    bytes.append(literal: ": ")
    for (index, uri) in uris.enumerated() {
      for byte in uri.utf8 where !(0x21...0x7E).contains(byte) || byte == 0x3C || byte == 0x3E || byte == 0x2C
      {
        throw .forbiddenCharacter(field: name.description, byte: byte)
      }
      let count = uri.utf8.count
      guard count <= Self.valueLimit - 4 else {
        throw .tooLong(field: name.description, bytes: count, limit: Self.valueLimit - 4)
      }
      if index > 0 { bytes.append(literal: ",\r\n ") }
      bytes.append(UInt8(ascii: "<"))
      bytes.append(contentsOf: uri.utf8)
      bytes.append(UInt8(ascii: ">"))
    }
    bytes.append(literal: "\r\n")
  }

  private func appendAddress(_ address: EmailAddress, to out: inout [UInt8]) {
    out.append(contentsOf: address.local.utf8)
    out.append(UInt8(ascii: "@"))
    out.append(contentsOf: address.domain.utf8)
  }

  /// Whether the text needs no encoding: printable ASCII that does not look like an encoded word, without
  /// leading or trailing spaces or overlong words.
  private static func isPlain(_ text: String) -> Bool {
    var word = 0
    var last: UInt8 = 0x20
    for byte in text.utf8 {
      guard (0x20...0x7E).contains(byte) else { return false }
      if byte == 0x20 {
        // Some readers lose a space when a fold is between two.
        if last == 0x20 { return false }
        word = 0
      } else {
        word += 1
        if word > 70 { return false }
      }
      last = byte
    }
    return last != 0x20 && !looksEncoded(text)
  }

  private static func looksEncoded(_ text: String) -> Bool {
    var previous: UInt8 = 0
    for byte in text.utf8 {
      if previous == UInt8(ascii: "="), byte == UInt8(ascii: "?") { return true }
      previous = byte
    }
    return false
  }

  /// Folds at spaces so that lines stay within 76 bytes if the words allow it.
  private mutating func appendFolded(_ text: String, column: Int) {
    var text = text
    let out = text.withUTF8 { source -> [UInt8] in
      guard column + source.count > 76 else { return Array(source) }
      var out: [UInt8] = []
      var column = column
      var start = 0
      while start < source.count {
        var end = start + 1
        while end < source.count, source[end] != 0x20 { end += 1 }
        if column + (end - start) > 76, source[start] == 0x20 {
          out.append(literal: "\r\n")
          column = 0
        }
        out.append(contentsOf: source[start..<end])
        column += end - start
        start = end
      }
      return out
    }
    bytes.append(contentsOf: out)
  }
}
