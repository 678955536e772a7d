/// The text half of an email that has only an HTML one.
enum PlainText {
  /// Blocks become lines, links their text with the address behind it, list items dashes; what is not read
  /// (styles, scripts, comments, the head) is left out. Never fails: broken HTML gives the text that is left.
  static func text(ofHTML html: String) -> String {
    var writer = PlainTextWriter()
    var rest = Array(html.utf8)[...]
    while let byte = rest.first {
      if byte == UInt8(ascii: "<"), let tag = HTMLTag(&rest) {
        writer.tag(tag)
      } else if byte == UInt8(ascii: "&") {
        writer.append(HTMLEntity.next(&rest))
      } else {
        let end =
          rest.dropFirst().firstIndex { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "&") } ?? rest.endIndex
        writer.append(rest[rest.startIndex..<end])
        rest = rest[end...]
      }
    }
    return writer.finished
  }
}

/// Gathers words and line breaks: runs of white space become one space, no more than one line stays empty.
private struct PlainTextWriter {
  private var bytes: [UInt8] = []
  private var wantsSpace = false
  private var wantedBreaks = 0
  private var hidden: String?
  private var link: (address: String, start: Int)?

  var finished: String { String(decoding: bytes, as: UTF8.self) }

  mutating func append(_ text: some Sequence<UInt8>) {
    if hidden != nil { return }
    for byte in text {
      if byte == 0x20 || (0x09...0x0D).contains(byte) {
        wantsSpace = true
      } else {
        flushSpace()
        bytes.append(byte)
      }
    }
  }

  private mutating func flushSpace() {
    if wantedBreaks > 0 {
      if !bytes.isEmpty { bytes.append(contentsOf: repeatElement(0x0A, count: min(wantedBreaks, 2))) }
    } else if wantsSpace, !bytes.isEmpty {
      bytes.append(0x20)
    }
    wantsSpace = false
    wantedBreaks = 0
  }

  mutating func tag(_ tag: HTMLTag) {
    if let hidden {
      if tag.isEnd, tag.name == hidden { self.hidden = nil }
      return
    }
    switch tag.name {
    case "style", "script", "head", "title", "template": if !tag.isEnd { hidden = tag.name }
    case "br": wantedBreaks += 1
    case "p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "blockquote", "hr":
      wantedBreaks = max(wantedBreaks, 2)
    case "div", "tr", "section", "header", "footer", "article", "address": wantedBreaks = max(wantedBreaks, 1)
    case "td", "th": wantsSpace = true
    case "li":
      wantedBreaks = max(wantedBreaks, 1)
      if !tag.isEnd { append("- ".utf8) }
    case "a":
      if tag.isEnd { endLink() } else { link = tag.address.map { ($0, bytes.count) } }
    case "img":
      if let alternative = tag.alternative { append(alternative.utf8) }
    default: break
    }
  }

  /// The address behind the link's text, unless the text is the address.
  private mutating func endLink() {
    guard let (address, start) = link else { return }
    link = nil
    let text = String(decoding: bytes[min(start, bytes.count)...], as: UTF8.self).trimmed
    if text.isEmpty || text == address { return text.isEmpty ? append(address.utf8) : () }
    append(" (\(address))".utf8)
  }
}

/// One tag of an HTML text, with the attributes that matter to a reader.
private struct HTMLTag {
  /// In lower case; empty for comments and declarations.
  private(set) var name = ""
  private(set) var isEnd = false
  private(set) var address: String?
  private(set) var alternative: String?

  /// Reads the tag at the beginning of `rest`; `nil` when `<` begins none, or one that is never closed.
  init?(_ rest: inout ArraySlice<UInt8>) {
    var text = rest.dropFirst()
    if text.starts(with: "!--".utf8) {
      guard let end = Self.end(ofComment: text) else { return nil }
      rest = text[end...]
      return
    }
    if text.first == UInt8(ascii: "/") {
      isEnd = true
      text = text.dropFirst()
    }
    guard let first = text.first, first | 0x20 >= UInt8(ascii: "a"),
      first | 0x20 <= UInt8(ascii: "z") || first == 0x21
    else { return nil }
    let nameEnd = text.firstIndex { !Self.isNamePart($0) } ?? text.endIndex
    name = Self.lowercased(text[..<nameEnd])
    text = text[nameEnd...]
    while let byte = text.first, byte != UInt8(ascii: ">") {
      guard Self.isNamePart(byte) else {
        text = text.dropFirst()
        continue
      }
      let attributeEnd = text.firstIndex { !Self.isNamePart($0) } ?? text.endIndex
      let attribute = text[..<attributeEnd]
      text = text[attributeEnd...]
      guard let value = Self.value(&text) else { continue }
      // Styles and classes make up most of a mail; only what a reader sees is worth decoding.
      switch attribute.count {
      case 4 where Self.lowercased(attribute) == "href":
        let value = Self.decoded(value)
        if value.hasPrefix("http") || value.hasPrefix("mailto:") { address = value }
      case 3 where Self.lowercased(attribute) == "alt" && !value.isEmpty: alternative = Self.decoded(value)
      default: break
      }
    }
    guard !text.isEmpty else { return nil }
    rest = text.dropFirst()
  }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "!")
  }

  private static func end(ofComment text: ArraySlice<UInt8>) -> Int? {
    var text = text.dropFirst(3)
    while let dash = text.firstIndex(of: UInt8(ascii: "-")) {
      text = text[dash...]
      if text.starts(with: "-->".utf8) { return dash + 3 }
      text = text.dropFirst()
    }
    return nil
  }

  /// Names are ASCII: letters, digits, `-`, `:` and `!`, which all keep or gain the bit of the small letters.
  private static func lowercased(_ name: ArraySlice<UInt8>) -> String {
    String(unsafeUninitializedCapacity: name.count) { buffer in
      for (index, byte) in name.enumerated() { buffer[index] = byte | 0x20 }
      return name.count
    }
  }

  /// The value behind `=`, quoted or not; `nil` without one.
  private static func value(_ text: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    var rest = text.drop { $0 <= 0x20 }
    guard rest.first == UInt8(ascii: "=") else { return nil }
    rest = rest.dropFirst().drop { $0 <= 0x20 }
    let raw: ArraySlice<UInt8>
    if let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      rest = rest.dropFirst()
      let end = rest.firstIndex(of: quote) ?? rest.endIndex
      raw = rest[..<end]
      text = rest[end...].dropFirst()
    } else {
      let end = rest.firstIndex { $0 <= 0x20 || $0 == UInt8(ascii: ">") } ?? rest.endIndex
      raw = rest[..<end]
      text = rest[end...]
    }
    return raw
  }

  /// The value with its entities read.
  private static func decoded(_ raw: ArraySlice<UInt8>) -> String {
    var bytes: [UInt8] = []
    var value = raw
    while let byte = value.first {
      if byte == UInt8(ascii: "&") {
        bytes += HTMLEntity.next(&value)
      } else {
        bytes.append(byte)
        value = value.dropFirst()
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Character references of HTML: the named ones that letters use, and all numbers.
private enum HTMLEntity {
  private static let named: [String: String] = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "copy": "©", "reg": "®",
    "trade": "™",
    "hellip": "…", "mdash": "—", "ndash": "–", "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”",
    "bull": "•",
    "middot": "·", "euro": "€", "pound": "£", "yen": "¥", "laquo": "«", "raquo": "»", "times": "×",
    "zwnj": "",
    "shy": "",
  ]

  /// The text of the reference at the beginning of `rest`; an `&` that begins none stands for itself.
  static func next(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
    let body = rest.dropFirst()
    guard let end = body.prefix(12).firstIndex(of: UInt8(ascii: ";")),
      let text = text(of: String(decoding: body[..<end], as: UTF8.self))
    else {
      rest = body
      return [UInt8(ascii: "&")]
    }
    rest = body[end...].dropFirst()
    return Array(text.utf8)
  }

  private static func text(of name: String) -> String? {
    guard name.hasPrefix("#") else { return named[name] }
    let digits = name.dropFirst()
    let isHexadecimal = digits.first == "x" || digits.first == "X"
    guard let number = UInt32(isHexadecimal ? digits.dropFirst() : digits, radix: isHexadecimal ? 16 : 10),
      let scalar = Unicode.Scalar(number)
    else { return nil }
    return String(Character(scalar))
  }
}
