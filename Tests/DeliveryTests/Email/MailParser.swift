/// A small reader of mails, written from the RFCs and not from the composer, to look at what was composed.
struct ParsedMail {
  var headers: [(name: String, value: String)] = []
  var body: [UInt8] = []

  init(_ bytes: [UInt8]) {
    var lines: [[UInt8]] = [[]]
    var position = 0
    while position < bytes.count {
      if bytes[position] == 13, position + 1 < bytes.count, bytes[position + 1] == 10 {
        position += 2
        if lines[lines.count - 1].isEmpty { break }
        lines.append([])
      } else {
        lines[lines.count - 1].append(bytes[position])
        position += 1
      }
    }
    body = Array(bytes[position...])
    for line in lines where !line.isEmpty {
      let text = String(decoding: line, as: UTF8.self)
      if text.hasPrefix(" ") || text.hasPrefix("\t") {
        headers[headers.count - 1].value += text
      } else if let colon = text.firstIndex(of: ":") {
        headers.append((String(text[..<colon]), String(text[text.index(after: colon)...].drop { $0 == " " })))
      }
    }
  }

  func all(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }
  subscript(name: String) -> String? { all(name).first }

  /// The parts of a multipart body.
  var parts: [ParsedMail] {
    guard let type = self["Content-Type"], let range = type.firstRange(of: "boundary=\"") else { return [] }
    let boundary = String(type[range.upperBound...].prefix { $0 != "\"" })
    let text = String(decoding: body, as: UTF8.self)
    var pieces = text.split(separator: "--" + boundary, omittingEmptySubsequences: false).map(String.init)
    guard pieces.count >= 2 else { return [] }
    pieces.removeFirst()
    pieces.removeLast()
    return pieces.map { ParsedMail(Array($0.utf8.dropFirst(2).dropLast(2))) }
  }

  /// The body with its transfer encoding undone.
  var text: String {
    switch self["Content-Transfer-Encoding"] {
    case "base64": String(decoding: Self.base64(body), as: UTF8.self)
    case "quoted-printable": String(decoding: Self.quoted(body, underscore: false), as: UTF8.self)
    default: String(decoding: body, as: UTF8.self)
    }
  }

  /// A header value with its encoded words read.
  static func decodeWords(_ value: String) -> String {
    var out: [UInt8] = []
    var rest = Substring(value)
    var lastWasWord = false
    while let start = rest.firstRange(of: "=?utf-8?") {
      let before = rest[..<start.lowerBound]
      if !(lastWasWord && before.allSatisfy({ $0 == " " })) { out += Array(before.utf8) }
      let word = rest[start.upperBound...]
      guard let end = word.dropFirst(2).firstRange(of: "?=") else { break }
      let encoded = Array(word[word.index(word.startIndex, offsetBy: 2)..<end.lowerBound].utf8)
      out += word.first == "B" ? base64(encoded) : quoted(encoded, underscore: true)
      rest = rest[end.upperBound...]
      lastWasWord = true
    }
    out += Array(rest.utf8)
    return String(decoding: out, as: UTF8.self)
  }

  static func base64(_ bytes: [UInt8]) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var out: [UInt8] = []
    var word: UInt32 = 0
    var bits = 0
    for byte in bytes {
      guard let value = alphabet.firstIndex(of: byte) else { continue }
      word = word << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        out.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
      }
    }
    return out
  }

  static func quoted(_ bytes: [UInt8], underscore: Bool) -> [UInt8] {
    var out: [UInt8] = []
    var position = 0
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "="), position + 2 < bytes.count {
        if bytes[position + 1] != 13 {
          let digits = String(decoding: bytes[(position + 1)...(position + 2)], as: UTF8.self)
          out.append(UInt8(digits, radix: 16) ?? 0)
        }
        position += 3
      } else {
        out.append(underscore && bytes[position] == UInt8(ascii: "_") ? 0x20 : bytes[position])
        position += 1
      }
    }
    return out
  }
}

extension ParsedMail {
  /// A text with LF as line ends, without the last one.
  static func lines(_ text: String) -> [UInt8] {
    var out: [UInt8] = []
    var previous: UInt8 = 0
    for byte in text.utf8 {
      if byte == 13 { out.append(10) } else if byte != 10 || previous != 13 { out.append(byte) }
      previous = byte
    }
    if out.last == 10 { out.removeLast() }
    return out
  }
}
