/// A piece of HTML markup: a tag, or something invisible.
package struct HTMLMarkup {
  package enum Kind {
    /// The name in lower case, and the range of the attributes.
    case tag(name: String, closes: Bool, attributes: Range<Int>)
    /// A comment, a doctype or a processing instruction.
    case other
  }

  package let kind: Kind
  /// The index after this markup; the end of the text if it is never closed.
  package let end: Int
  package let isClosed: Bool

  /// `nil` if the `<` at `start` is text rather than markup.
  package init?(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) {
    guard start + 1 < bytes.count else { return nil }
    var cursor = start + 1
    let closes = bytes[cursor] == UInt8(ascii: "/")
    switch bytes[cursor] {
    case UInt8(ascii: "!"), UInt8(ascii: "?"):
      let isComment =
        start + 3 < bytes.count && bytes[cursor] == UInt8(ascii: "!") && bytes[start + 2] == UInt8(ascii: "-")
        && bytes[start + 3] == UInt8(ascii: "-")
      // Quotes have no meaning here, as in `<![if it's]>`.
      let end = isComment ? Self.endOfComment(bytes, start + 2) : Self.after(">", bytes, start + 2)
      (kind, self.end, isClosed) = (.other, end ?? bytes.count, end != nil)
      return
    case UInt8(ascii: "/"):
      cursor += 1
      guard cursor < bytes.count, Self.isLetter(bytes[cursor]) else {
        let end = Self.after(">", bytes, cursor)
        (kind, self.end, isClosed) = (.other, end ?? bytes.count, end != nil)
        return
      }
    case let byte where Self.isLetter(byte): break
    default: return nil
    }
    var name: [UInt8] = []
    while cursor < bytes.count, Self.isNameByte(bytes[cursor]) {
      if name.count < 16 { name.append(Self.small(bytes[cursor])) }
      cursor += 1
    }
    let end = Self.endOfTag(bytes, cursor)
    isClosed = end != nil
    self.end = end ?? bytes.count
    kind = .tag(
      name: String(decoding: name, as: UTF8.self), closes: closes,
      attributes: cursor..<max(cursor, self.end - 1))
  }

  /// Whether the content of this element is raw text, even if it looks like markup.
  package static func holdsRawText(_ name: String) -> Bool {
    switch name {
    case "script", "style", "title", "iframe", "noembed", "noframes", "xmp": true
    default: false
    }
  }

  /// The index after the tag that closes `name`, whose contents start at `start` and are not markup; `nil` if
  /// there is none.
  package static func endOfRawText(
    _ name: String, in bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> Int? {
    let name = Array(name.utf8)
    var cursor = start
    while let open = bytes[cursor...].firstIndex(of: UInt8(ascii: "<")) {
      cursor = open + 1
      let word = open + 2..<open + 2 + name.count
      guard word.upperBound < bytes.count, bytes[open + 1] == UInt8(ascii: "/"),
        zip(bytes[word], name).allSatisfy({ small($0) == $1 }), !isNameByte(bytes[word.upperBound])
      else { continue }
      return endOfTag(bytes, word.upperBound)
    }
    return nil
  }

  private static func after(_ mark: Unicode.Scalar, _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int?
  {
    bytes[min(start, bytes.count)...].firstIndex(of: UInt8(ascii: mark)).map { $0 + 1 }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  private static func small(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    isLetter(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: ":")
  }

  /// `start` is at the opening dashes, which may also be the closing ones: `<!-->`.
  private static func endOfComment(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
    var cursor = start
    while cursor + 2 < bytes.count {
      if bytes[cursor] == UInt8(ascii: "-"), bytes[cursor + 1] == UInt8(ascii: "-") {
        if bytes[cursor + 2] == UInt8(ascii: ">") { return cursor + 3 }
        if cursor + 3 < bytes.count, bytes[cursor + 2] == UInt8(ascii: "!"),
          bytes[cursor + 3] == UInt8(ascii: ">")
        {
          return cursor + 4
        }
      }
      cursor += 1
    }
    return nil
  }

  private static func endOfTag(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
    var quote: UInt8 = 0
    var cursor = start
    while cursor < bytes.count {
      let byte = bytes[cursor]
      if quote != 0 {
        if byte == quote { quote = 0 }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if byte == UInt8(ascii: ">") {
        return cursor + 1
      }
      cursor += 1
    }
    return nil
  }
}
