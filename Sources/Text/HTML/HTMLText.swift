/// Converts a mail's HTML to its text part, for templates without one.
///
/// Headings, paragraphs and table rows become lines; list items get a dash or a number, links are followed by
/// their address, images become their alternative text. Scripts, styles, comments and hidden elements are
/// dropped. Never fails: broken HTML gives the text in it. One pass, linear in the length of the HTML.
package enum HTMLText {
  package static func convert(_ html: String) -> String {
    var html = html
    return html.withUTF8 { bytes in
      var converter = HTMLTextConverter(bytes)
      return converter.run()
    }
  }
}

private struct HTMLTextConverter {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  private var out: [UInt8] = []
  /// Line ends due before the next visible byte: 0 for none, 1 for a new line, 2 for an empty line.
  private var pendingLines = 0
  private var pendingSpace = false
  private var preformatted = 0
  /// One entry per open list: the last number of an ordered list, -1 for others.
  private var lists: [Int] = []
  /// Set while an element's contents are dropped: its name and how many of that name are open.
  private var hidden: (name: String, depth: Int)?
  private var link: (address: [UInt8], start: Int)?

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    out.reserveCapacity(bytes.count / 2)
  }

  mutating func run() -> String {
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "<"), readMarkup() { continue }
      if let hidden, hidden.name != "head" || byte <= 0x20 {
        position += 1
      } else if byte == UInt8(ascii: "&") {
        hidden = nil
        readEntity()
      } else {
        hidden = nil
        position += 1
        put(byte)
      }
    }
    while let last = out.last, last == 0x0A || last == 0x20 { out.removeLast() }
    if !out.isEmpty { out.append(0x0A) }
    return String(decoding: out, as: UTF8.self)
  }

  // MARK: Text

  private mutating func put(_ byte: UInt8) {
    if preformatted == 0, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      pendingSpace = true
      return
    }
    flush()
    if byte != 0x0D { out.append(byte) }
  }

  private mutating func flush() {
    if pendingLines > 0 {
      if !out.isEmpty { for _ in 0..<pendingLines { out.append(0x0A) } }
    } else if pendingSpace, let last = out.last, last != 0x0A, last != 0x20 {
      out.append(0x20)
    }
    pendingLines = 0
    pendingSpace = false
  }

  private mutating func breakLine(_ count: Int) {
    while out.last == 0x20 { out.removeLast() }
    pendingLines = max(pendingLines, count)
    pendingSpace = false
  }

  private mutating func readEntity() {
    let limit = min(position + 12, bytes.count)
    guard let end = bytes[position..<limit].firstIndex(of: UInt8(ascii: ";")),
      let scalar = HTMLEntity.scalar(bytes[(position + 1)..<end])
    else {
      position += 1
      put(UInt8(ascii: "&"))
      return
    }
    position = end + 1
    switch scalar.value {
    case 0xA0: pendingSpace = true
    // Soft hyphens, joiners and similar characters only matter for layout.
    case 0xAD, 0x200B...0x200D, 0x34F, 0xFEFF: break
    default: for byte in String(Character(scalar)).utf8 { put(byte) }
    }
  }

  // MARK: Tags

  /// Returns `false` if the `<` is text rather than markup.
  private mutating func readMarkup() -> Bool {
    guard let markup = HTMLMarkup(bytes, at: position) else { return false }
    position = markup.end
    if case .tag(let name, let closes, let attributes) = markup.kind {
      handle(name, closes: closes, attributes: attributes)
    }
    return true
  }

  private mutating func handle(_ element: String, closes: Bool, attributes: Range<Int>) {
    if !closes, HTMLMarkup.holdsRawText(element) {
      position = HTMLMarkup.endOfRawText(element, in: bytes, from: position) ?? bytes.count
      return
    }
    if !closes, hidden?.name == "head", !Self.belongsToHead(element) { hidden = nil }
    if let current = hidden {
      guard current.name.hasSameBytes(as: element) else { return }
      let depth = current.depth + (closes ? -1 : 1)
      hidden = depth == 0 ? nil : (element, depth)
      return
    }
    switch element {
    case "head", "template", "noscript", "svg":
      if !closes { hidden = (element, 1) }
      return
    case "br": breakLineForBR()
    case "hr":
      breakLine(1)
      if !closes {
        for _ in 0..<20 { put(UInt8(ascii: "-")) }
        breakLine(1)
      }
    case "img":
      if let alternative = attribute("alt", in: attributes) { putAttribute(alternative) }
    case "a": closes ? closeLink() : openLink(attributes)
    case "ul", "ol":
      breakLine(lists.isEmpty ? 2 : 1)
      if closes {
        if !lists.isEmpty { lists.removeLast() }
        if lists.isEmpty { breakLine(2) }
      } else {
        lists.append(element == "ol" ? 0 : -1)
      }
    case "li":
      breakLine(1)
      if !closes { openItem() }
    case "p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "pre":
      breakLine(2)
      if element == "pre" { preformatted = max(0, preformatted + (closes ? -1 : 1)) }
    case "div", "tr", "section", "article", "header", "footer", "main", "nav", "address", "figure", "dt",
      "dd",
      "center", "form":
      breakLine(1)
    case "td", "th": pendingSpace = true
    default: break
    }
    if !closes, !Self.isVoid(element), isHidden(attributes) { hidden = (element, 1) }
  }

  /// Whether the element may be in a head; any other ends a head that was not closed.
  private static func belongsToHead(_ element: String) -> Bool {
    switch element {
    case "html", "head", "meta", "link", "base": true
    default: false
    }
  }

  private static func isVoid(_ element: String) -> Bool {
    switch element {
    case "br", "hr", "img", "input", "meta", "link", "col", "area", "base", "wbr", "source": true
    default: false
    }
  }

  private mutating func breakLineForBR() {
    // Two consecutive <br> make an empty line.
    while out.last == 0x20 { out.removeLast() }
    pendingLines = min(pendingLines + 1, 2)
    pendingSpace = false
  }

  private mutating func openItem() {
    flush()
    for _ in 0..<max(0, min(lists.count, 8) - 1) {
      out.append(0x20)
      out.append(0x20)
    }
    if let last = lists.last, last >= 0 {
      lists[lists.count - 1] = last + 1
      out.append(contentsOf: "\(last + 1). ".utf8)
    } else {
      out.append(contentsOf: "- ".utf8)
    }
  }

  private mutating func openLink(_ attributes: Range<Int>) {
    if link != nil { closeLink() }
    guard let address = attribute("href", in: attributes), address.first != UInt8(ascii: "#"),
      !address.isEmpty
    else { return }
    flush()
    link = (address, out.count)
  }

  private mutating func closeLink() {
    guard let (address, start) = link else { return }
    link = nil
    let text = out[min(start, out.count)...]
    let shown = address.starts(with: "mailto:".utf8) ? Array(address.dropFirst(7)) : address
    if text.elementsEqual(shown) { return }
    if text.isEmpty {
      putAll(shown)
    } else {
      pendingSpace = true
      putAll([UInt8(ascii: "(")] + shown + [UInt8(ascii: ")")])
    }
  }

  private mutating func putAll(_ text: [UInt8]) {
    for byte in text { put(byte) }
  }

  private mutating func putAttribute(_ value: [UInt8]) { putAll(value) }

  private func isHidden(_ attributes: Range<Int>) -> Bool {
    guard !attributes.isEmpty else { return false }
    if attribute("hidden", in: attributes) != nil { return true }
    guard let style = attribute("style", in: attributes) else { return false }
    let compact = style.filter { $0 > 0x20 }.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
    return compact.split(separator: UInt8(ascii: ";")).contains { declaration in
      // The rest is a priority: `!important`.
      let shown = declaration.prefix { $0 != UInt8(ascii: "!") }
      return Self.hiding.contains { shown.elementsEqual($0) }
    }
  }

  /// Declarations whose element nobody sees, in lower case and without white space.
  private static let hiding: [String.UTF8View] = [
    "display:none", "visibility:hidden", "visibility:collapse", "opacity:0", "opacity:0.0", "opacity:0%",
    "font-size:0", "font-size:0px", "font-size:0pt", "font-size:0em",
  ].map(\.utf8)

  /// The value of an attribute with its entities decoded; `nil` if the tag does not have it.
  private func attribute(_ wanted: String, in range: Range<Int>) -> [UInt8]? {
    var cursor = range.lowerBound
    let end = range.upperBound
    while cursor < end {
      while cursor < end, bytes[cursor] <= 0x20 || bytes[cursor] == UInt8(ascii: "/") { cursor += 1 }
      let nameStart = cursor
      while cursor < end, bytes[cursor] > 0x20, bytes[cursor] != UInt8(ascii: "=") { cursor += 1 }
      let name = bytes[nameStart..<cursor]
      while cursor < end, bytes[cursor] <= 0x20 { cursor += 1 }
      var value = bytes[cursor..<cursor]
      if cursor < end, bytes[cursor] == UInt8(ascii: "=") {
        cursor += 1
        while cursor < end, bytes[cursor] <= 0x20 { cursor += 1 }
        if cursor < end, bytes[cursor] == UInt8(ascii: "\"") || bytes[cursor] == UInt8(ascii: "'") {
          let quote = bytes[cursor]
          let start = cursor + 1
          cursor = start
          while cursor < end, bytes[cursor] != quote { cursor += 1 }
          value = bytes[start..<cursor]
          cursor = min(cursor + 1, end)
        } else {
          let start = cursor
          while cursor < end, bytes[cursor] > 0x20 { cursor += 1 }
          value = bytes[start..<cursor]
        }
      }
      if name.count == wanted.utf8.count, zip(name, wanted.utf8).allSatisfy({ $0 | 0x20 == $1 }) {
        return HTMLEntity.decode(value)
      }
      if nameStart == cursor { cursor += 1 }
    }
    return nil
  }
}
